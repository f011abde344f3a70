//! Spanish.
use super::*;

const L1A: [&str; 2] = ["1a. Tu primera red", "1_softmax.ipynb"];
const L1B: [&str; 2] = ["1b. Cómo aprende", "1b_como_aprende.ipynb"];
const L2: [&str; 2] = ["2. Más capas", "2_capas.ipynb"];
const L2B: [&str; 2] = ["2b. Aprender de memoria", "2b_de_memoria.ipynb"];
const L2C: [&str; 2] = ["2c. Con qué números se empieza, y cuándo dejan de serlo", "2c_numeros.ipynb"];
const L4: [&str; 2] = ["4. Normalización por lotes", "4_batchnorm.ipynb"];
const ERRORS: [&str; 2] = ["Cuando algo sale mal", "errores.ipynb"];

pub static WORDS: Words = Words {
    numbers: Numbers { percent_sign: "\u{A0}%", separator: "\u{202F}", grouped_from: 5 },
    terms: Terms {
        accuracy: "Precisión",
        accuracy_over_steps: "Precisión a lo largo de los pasos",
        cross_entropy: "Entropía cruzada",
        cross_entropy_over_steps: "Entropía cruzada a lo largo de los pasos",
        training: "entrenamiento",
        test: "prueba",
        mean: |value| format!("media {value}"),
        steps: "pasos",
        label: "etiqueta",
        sum: "suma",
        bias: "sesgo",
        misread_of: |misread, all| match misread {
            "1" => format!("1 fallo entre {all} dígitos"),
            _ => format!("{misread} fallos entre {all} dígitos"),
        },
        at_step: |value, step| format!("{value} en el paso {step}"),
    },
    panel: Panel {
        caption: |step| format!("Lo que aprende la red, paso {step}"),

        step: "Paso",
        of_steps: |total| format!("de {total}"),
        epoch: |number| format!("época {number}"),
        test_accuracy: "Precisión con los dígitos de prueba",
        training_accuracy: "Precisión con los de entrenamiento",
        read_correctly: |right, all| format!("{right} de {all} bien reconocidos"),
        on_test: "con los dígitos de prueba",
        on_training: "con los dígitos de entrenamiento",

        waiting: "En espera",
        running: "Entrenando",
        finished: "Terminado",
        paused: "En pausa",
        stopped: "Detenido",
        interrupted: "Interrumpido",
        values_are_kept: "Los valores se conservan",
        steps_per_second: |speed| format!("{speed} {} por segundo", if speed == "1" { "paso" } else { "pasos" }),

        corners: ["izquierda: qué es", "derecha: qué dice la red"],
        training_digits: "Dígitos de entrenamiento",
        no_training_digits: "Aún no se ha visto ninguno.",
        misread_of_batch: |misread, all| match misread {
            "1" => format!("1 fallo de {all}"),
            _ => format!("{misread} fallos de {all}"),
        },

        test_digits: "Dígitos de prueba",
        no_test_digits: "No hay dígitos de prueba que mostrar.",
        scale: |bottom| format!("La línea marca la precisión; la escala empieza en {bottom}."),
        whole: "todos, del 0 al 100\u{A0}%",
        many_digits_per_cell: |each| format!("arriba, fallos; debajo, aciertos; cada casilla, {each} dígitos"),
        misread_on_top: |misread| match misread {
            "0" => "ningún fallo".into(),
            "1" => "arriba, el fallo".into(),
            _ => format!("arriba, los {misread} fallos"),
        },
        right_below: |shown, right| match shown == right {
            true => format!("debajo, los {right} aciertos"),
            false => format!("debajo, {shown} de los {right} aciertos"),
        },

        before: "antes",
        rate: "tasa",
        what_accuracy_is: "qué parte de los dígitos reconoce",
        what_cross_entropy_is: "el error que el entrenamiento reduce",

        weights: "Pesos",
        biases: "Sesgos",
        activations: "Activaciones",
        shades: "los tonos abarcan",
        all_values: "todos",
        values_and_shades: |values| format!("{values} valores; los tonos abarcan"),
        layer: |number| format!("capa {number}"),
        maximum: "máximo",
        minimum: "mínimo",
    },
    live: Live {
        alternative: "Lo que aprende la red",
        panel_moves_here: "Aquí se mueve el panel mientras la red aprende, en JupyterLab o en la página de la lección.",
        cannot_move: |folder, trouble| {
            format!(
                "El panel no puede moverse: en {folder} no se puede escribir ({trouble}). El entrenamiento no lo \
                 necesita: sus líneas salen bajo su celda, y panel.figure() dibuja el resultado."
            )
        },
        pause: "Pausar",
        go: "Seguir",
        stop: "Detener",
        step: "Un paso",
        log: "eje log",
        keys: "Teclas: de 1 a 6, un panel en grande; 0, todos; espacio, pausar y seguir; punto (.), un paso; l, el eje de la entropía.",
        silent: "Sin noticias del entrenamiento desde hace # s.",
        offline: "Sin conexión con JupyterLab.",
        gone: "El archivo del panel no está: ejecuta otra vez esta celda.",
        unsent: "La orden no ha llegado al núcleo: ",

        waiting: "Ejecuta la celda que entrena.",
        slow_motion: "Los primeros pasos, a cámara lenta.",
        paused: |step| format!("La celda espera en el paso {step}. Los pesos, los sesgos y las curvas se conservan."),
        stopped: |step| {
            format!("Detenido en el paso {step}. Ejecuta otra vez la celda que entrena y seguirá desde ahí.")
        },
        finished: "Terminado. Si ejecutas otra vez la celda que entrena, la red sigue aprendiendo.",
        interrupted: |step| format!("El bucle acabó antes de tiempo en el paso {step}: el porqué está bajo su celda."),

        step_of: |step, last| format!("paso {step} de {last}"),
        accuracy: "precisión",
        loss: "entropía",
        batch: "lote",
        speed: |steps| format!("{steps} {}", if steps == "1" { "paso/s" } else { "pasos/s" }),
        time_left: |time| format!(", {} {time}", if time == "1 s" { "queda" } else { "quedan" }),
    },
    pad: Pad {
        here: "Aquí hay un lienzo para dibujar, en JupyterLab o en la página de la lección.",
        canvas: "Lienzo para dibujar un dígito",
        keys: "Dibuja con el ratón, un lápiz o el dedo. Con el teclado, sobre el lienzo: las flechas mueven el lápiz, la barra \
               espaciadora lo baja y lo levanta, de 0 a 9 se dice qué dígito es, Intro lo guarda, Retroceso borra un trazo y \
               Suprimir los borra todos.",
        undo: "Deshacer",
        clear: "Borrar",
        this_is: "Esto es un",
        keep: "Guardar",
        kept: "Guardados: #",
        remove: "Quitar este #",
        reads: "Lo que dice una red de tu dibujo se mueve aquí cuando se ha ejecutado .reads(…).",
        empty: "Aquí no hay tinta, y «nada» no está entre sus diez respuestas.",
        unsent: "El dibujo no ha llegado al núcleo: ",
        offline: "Sin conexión con JupyterLab.",
    },
    experiment: Experiment {
        done: |done, all| format!("{done} de {all} entrenamientos hechos"),
        finished: |runs, time| match runs {
            "1" => format!("1 entrenamiento en {time}"),
            _ => format!("{runs} entrenamientos en {time}"),
        },
        stopped: |kept, all| {
            format!("Detenido: se empezaron {kept} de {all} entrenamientos, y lo que midieron se conserva.")
        },
        all_runs: "todos",

        experiment: "experimento",
        mean_accuracy: "precisión media",
        mean_loss: "error medio",
        heads: ["± dispersión", "mejor", "semillas", "segundos cada una", "observación"],
        some_of: |some, all| if all == 1 { String::new() } else { format!("{some} de {all}: ") },
        remarks: ["falló: #", "#", "detenido en el paso #", "no anotó nada"],

        loss_over_steps: "Error a lo largo de los pasos",
        best_drawn: |drawn, all| format!("los {drawn} mejores de {all}"),
        line_and_band: "media ± desviación típica",

        higher: |better, worse, points| {
            format!("Con «{better}», la precisión es de media {points} puntos más alta que con «{worse}».")
        },
        lower: |better, worse, loss| format!("Con «{better}», el error es de media {loss} más bajo que con «{worse}»."),
        equal: |one, other| format!("De media, «{one}» y «{other}» dan lo mismo."),
        all_ways: |results, as_far, ways| {
            let would = if as_far == "1" { "los separaría" } else { "los separarían" };
            format!(
                " Si solo la suerte hubiera repartido estos {results} resultados entre los dos, {as_far} de las {ways} maneras \
                 de hacerlo {would} al menos tanto."
            )
        },
        drawn_ways: |results, as_far, ways| {
            format!(
                " Si solo la suerte hubiera repartido estos {results} resultados entre los dos, unas {as_far} de cada {ways} \
                 maneras de hacerlo los separarían al menos tanto."
            )
        },
        skill: " Es como mucho 1 de cada 20: la diferencia es mayor de lo que haría la suerte.",
        luck: " Es más de 1 de cada 20: puede que todo sea suerte.",
        too_few: " Con tan pocos entrenamientos, puede haberlo hecho la suerte sola: con .seeds(4) o más se sabrá.",
        one_each: " Con un solo entrenamiento de cada uno no se puede saber si es suerte: con .seeds(4) o más, sí.",
    },
    graph: Graph {
        title: "El grafo de cálculo",
        note: "Los números bajan por las flechas. ? es el número de imágenes.",
        landmarks: |drawn, all| {
            format!("Solo las {drawn} operaciones principales de {all}. ? es el número de imágenes.")
        },
        key: [
            "placeholder: lo que llega",
            "variable: lo que se aprende",
            "operación",
            "gradientes y paso",
            "error",
            "resultado",
        ],
        described: |[placeholders, variables, parameters, operations, added], [fed, result]| {
            let added =
                if added == "0" { String::new() } else { format!(", y {added} de ellas las ha añadido minimize") };
            format!(
                "El grafo de cálculo. Placeholders: {placeholders}. Variables: {variables}, con {parameters} parámetros. \
                 Operaciones: {operations}{added}. De {fed} a {result}."
            )
        },
        too_large: |boxes, most| {
            [
                format!("Son {boxes} cajas; se dibujan {most} como mucho. Dibuja una parte, como graph(h1, \"es\")?"),
                "Con println!(\"{}\", graph(…)?) sale el grafo entero como texto de mermaid.".into(),
            ]
        },
        network: "la red",
        added_by_minimize: "añadido por minimize",
    },
    answer_bars: AnswerBars {
        title: "Lo que dice la red",
        reads: |class, share| format!("Lee un {class}: {share}"),
        blank: "Aquí no hay tinta, y «nada» no está entre sus diez respuestas.",
    },
    batch_product: BatchProduct {
        title: "Varias imágenes por todas las neuronas",
        note: "Donde se cruzan una fila de X y una columna de W sale un número del producto.",
        rows: "cada fila, una imagen",
        columns: "cada columna, los pesos de una neurona",
        same_row: "se suma a todas las filas",
        meets: |row, column| format!("Fila {row} de X por columna {column} de W"),
        sum: |pixels| format!("{pixels} veces tinta × peso, sumadas"),
        with_bias: "más el sesgo, la puntuación:",
        slider: "casillas llenas",
        meaning: ["peso en contra", "peso a favor"],
        described: |meets, value| format!("El producto X·W, número a número. {meets}: {value}."),
    },
    certificate: Certificate {
        title: "Certificado",
        note: "ha entrenado una red neuronal, ha leído lo que aprendió y ha resuelto estos ejercicios:",
        lesson: |lesson, done, all| format!("Lección {lesson}: {done} de {all} ejercicios"),
        date: "Fecha",
        signature: "Firma",
    },
    confusion: Confusion {
        title: "Qué confunde con qué",
        most_often: |mistakes, times| {
            let named = |label, answer| format!("un {label} leído como {answer}");
            let what = listed(mistakes, named, " y ", |more| format!("otros {more} errores"));
            let unit = if times == 1 { "vez" } else { "veces" };
            let each = if mistakes.len() > 1 { " cada uno" } else { "" };
            format!("Lo más frecuente: {what}, {times} {unit}{each}.")
        },
        answers: "la red contesta",
        labels: "el dígito es",
        right: "acierta",
        blank: "Casilla vacía: no ha pasado nunca.",
    },
    cross_entropy: CrossEntropy {
        title: "La entropía cruzada de un dígito",
        infinite: "La red dio probabilidad 0 al dígito correcto: cuanto menor es y, mayor es −ln y, sin límite.",
        heads: ["lo correcto, y′", "lo que da la red, y", "−y′ · ln y"],
    },
    decision_boundary: DecisionBoundary {
        title: "¿Por dónde pasa la frontera?",
        note: "Los puntos son los ejemplos. El fondo es lo que responde la red en cada sitio, azul o naranja: más intenso donde está más segura.",
        input: "entrada",
        described: |name, right, all| format!("{name}: {right} de {all} puntos en su lado"),
    },
    doctor: Doctor {
        measured: |[steps, known, asked, entropy, guessing]| {
            let steps = match steps {
                "0" => "Antes del primer paso".into(),
                "1" => "Tras un paso".into(),
                _ => format!("Tras {steps} pasos"),
            };
            format!(
                "{steps}, la red lee bien el {known} de las imágenes de entrenamiento y el {asked} de las del examen, donde su \
                 entropía cruzada es {entropy}; la de adivinar es {guessing}."
            )
        },
        healthy: "No se ha encontrado ninguna enfermedad.",
        healthy_yet: "No se ha encontrado ninguna enfermedad; lo que solo enseña el entrenamiento, como aprender de memoria, aún no se puede ver.",
        ill: "Esto es lo que tiene:",
        unmeasured: "La red no se puede medir. Esto es lo que tiene:",
        lesson: "Lección",
        sets: ["entrenamiento", "examen"],
        logarithmic: "La escala es logarítmica: longitudes iguales multiplican por lo mismo.",
        from_here: "enfermedad, de aquí en adelante",

        not_finite: Illness {
            name: "Algunos valores no son números",
            seen: |[n, variable]| {
                format!(
                    "Entre los números de {variable} hay {n} que son NaN o infinitos, y todo lo que se calcula con ellos también lo es."
                )
            },
            treatment: "Empieza de nuevo con sess.initialize(step)? y valores iniciales finitos, y escribe la entropía cruzada como log(softmax(…)).",
            lesson: L2C,
        },
        other_net: Illness {
            name: "El paso entrena otra red",
            seen: |[]| "Ninguna de las variables de y está entre las que el paso cambia.".into(),
            treatment: "Ejecuta otra vez todas las celdas desde la red hasta sess.initialize: y, la pérdida y el paso tienen que ser de la misma red.",
            lesson: ERRORS,
        },
        other_net_bars: ["variables de y", "variables que el paso cambia", "en común"],
        one_class: Illness {
            name: "Solo hay una clase",
            seen: |[n, class]| {
                format!("Las {n} etiquetas de entrenamiento que se han mirado son todas de la clase {class}.")
            },
            treatment: "Entrena con ejemplos de todas las clases: quien oye siempre la misma respuesta aprende a dar siempre esa.",
            lesson: L1A,
        },
        one_class_title: "Las etiquetas de entrenamiento",
        shifted: Illness {
            name: "Las etiquetas se han corrido",
            seen: |[set, places, fits, now]| {
                format!(
                    "De las imágenes de {set}, el {fits} encuentra su etiqueta {places}, y el {now} en su sitio, según las imágenes medias del otro conjunto."
                )
            },
            treatment: "Toma imágenes y etiquetas del mismo tramo del mismo conjunto, y si ordenas o cortas, haz lo mismo con ambas.",
            lesson: L1B,
        },
        shifted_title: "Imágenes cuya etiqueta está en este puesto",
        places: |by| match by {
            0 => "en su sitio".into(),
            -1 => "un puesto antes".into(),
            1 => "un puesto después".into(),
            ..0 => format!("{} puestos antes", -by),
            _ => format!("{by} puestos después"),
        },
        unrelated: Illness {
            name: "Las etiquetas no son de estas imágenes",
            seen: |[set, ill, well]| {
                format!(
                    "Comparar con la imagen media de cada clase acierta el {well} de las etiquetas del otro conjunto, pero solo el {ill} en el {set}."
                )
            },
            treatment: "Mira algunas imágenes del conjunto con sus etiquetas, y toma ambas del mismo lote.",
            lesson: L1B,
        },
        renamed: Illness {
            name: "El examen da otros nombres a las clases",
            seen: |[pairs, own, across]| {
                format!(
                    "Del entrenamiento al examen cambian clases: {pairs}. Las imágenes medias del examen aciertan el {own} de él; las del entrenamiento, solo el {across}."
                )
            },
            treatment: "Numera igual las clases de los dos conjuntos.",
            lesson: L1B,
        },
        across_title: "Imágenes que se aciertan al compararlas con imágenes medias",
        across_bars: ["examen, con sus imágenes medias", "examen, con las del entrenamiento"],
        other_inputs: Illness {
            name: "Las imágenes del examen no son como las del entrenamiento",
            seen: |[training, exam, read]| {
                format!(
                    "Las entradas tienen un tamaño de {training} en el entrenamiento y de {exam} en el examen (media cuadrática), y las imágenes medias del entrenamiento solo aciertan el {read} del examen."
                )
            },
            treatment: "Prepara igual las imágenes de los dos: la misma división, y la tinta y el papel al derecho en ambos.",
            lesson: L1A,
        },
        bent: Illness {
            name: "Algo deforma las puntuaciones antes de la softmax",
            seen: |[op]| {
                format!(
                    "La pérdida toma la softmax de lo que da {op}, así que las probabilidades no pueden acercarse a 0 ni a 1."
                )
            },
            treatment: "Dale a la pérdida las puntuaciones como las calcula la última capa, y aplica softmax una sola vez.",
            lesson: L1B,
        },
        upside_down: Illness {
            name: "La pérdida está al revés",
            seen: |[]| {
                "Cuando la pérdida baja, la clase correcta se vuelve menos probable: cada paso desaprende.".into()
            },
            treatment: "Mira el signo: la entropía cruzada es -reduce_mean(y_ * log(y)), y minimize la hace menor.",
            lesson: L1B,
        },
        symmetric: Illness {
            name: "Las neuronas son todas iguales",
            seen: |[layer]| {
                format!(
                    "En la {layer} todas las neuronas empiezan con los mismos pesos, así que reciben el mismo gradiente y nunca dejan de ser una sola."
                )
            },
            treatment: "Que las capas ocultas empiecen con pesos al azar: truncated_normal(…) en lugar de zeros(…).",
            lesson: L2C,
        },
        symmetric_title: "Cuánto difieren los pesos iniciales de neurona a neurona",
        unscaled: Illness {
            name: "Las entradas no están a escala",
            seen: |[size]| {
                format!(
                    "Su tamaño es de {size} (media cuadrática), y el de píxeles entre 0 y 1 es de 0.3; las primeras sumas se desvían otro tanto."
                )
            },
            treatment: "Divide los bytes entre 255, o normaliza las entradas.",
            lesson: L2C,
        },
        unscaled_title: "El tamaño de las entradas",
        usual: "píxeles entre 0 y 1",
        start_large: Illness {
            name: "Los pesos iniciales son demasiado grandes",
            seen: |[start, guessing]| {
                format!(
                    "Antes del primer paso la entropía cruzada es {start}, y la de adivinar solo {guessing}: la red está segura de lo que no puede saber."
                )
            },
            treatment: "Empieza con pesos más pequeños: una capa de n entradas, con la desviación √(2/n).",
            lesson: L2C,
        },
        start_title: "Entropía cruzada antes del primer paso",
        start_bars: ["la red", "adivinar"],
        start_small: Illness {
            name: "Los pesos iniciales son demasiado pequeños",
            seen: |[first, last]| {
                format!(
                    "Las imágenes se distinguen en {first} tras la primera capa, pero en {last} tras la última: la señal se apaga por el camino."
                )
            },
            treatment: "Empieza con pesos más grandes: una capa de n entradas, con la desviación √(2/n).",
            lesson: L2C,
        },
        signals_title: "Cuánto difieren las salidas de cada capa de imagen a imagen",
        vanishing: Illness {
            name: "El gradiente se desvanece hacia atrás",
            seen: |[times]| format!("En la última capa es {times} veces mayor que en la primera, que apenas se mueve."),
            treatment: "Usa relu en lugar de sigmoid o tanh, o menos capas.",
            lesson: L2,
        },
        gradients_title: "El gradiente de los pesos de cada capa",
        gradients_limit: "una centésima del gradiente de la última",
        saturated: Illness {
            name: "Una capa está saturada",
            seen: |[share, layer]| {
                format!(
                    "En la {layer}, el {share} de las salidas está donde la activación es plana, y por ahí no pasa el gradiente."
                )
            },
            treatment: "Empieza con pesos más pequeños (desviación √(2/n) para n entradas), o usa relu.",
            lesson: L2C,
        },
        saturated_title: "Salidas donde la activación es plana",
        dead: Illness {
            name: "Casi todas las ReLU de una capa están muertas",
            seen: |[share, layer]| {
                format!("En la {layer}, el {share} de las neuronas da 0 con todas las imágenes, y así ya no aprende.")
            },
            treatment: "Empieza de nuevo con sesgos positivos pequeños (0.1) y una tasa menor, o usa leaky_relu.",
            lesson: L2,
        },
        dead_title: "Neuronas que dan 0 con todas las imágenes",
        rate_high: Illness {
            name: "La tasa de aprendizaje es demasiado alta",
            seen: |[own, better, steps, with, without]| {
                format!(
                    "Entrenamientos cortos de {steps} pasos acaban con una entropía cruzada de {with} con la tasa {own}, y de {without} con {better}."
                )
            },
            treatment: "Empieza de nuevo con una tasa cercana al punto más bajo de la curva.",
            lesson: L1B,
        },
        rate_low: Illness {
            name: "La tasa de aprendizaje es demasiado baja",
            seen: |[own, better, steps, with, without]| {
                format!(
                    "Entrenamientos cortos de {steps} pasos acaban con una entropía cruzada de {with} con la tasa {own}, y de {without} con {better}."
                )
            },
            treatment: "Toma una tasa cercana al punto más bajo de la curva, o algo menor.",
            lesson: L1B,
        },
        no_activation: Illness {
            name: "Falta la activación entre capas",
            seen: |[layers]| {
                format!("{layers} capas se siguen sin nada en medio, y juntas no pueden más que una sola.")
            },
            treatment: "Envuelve cada capa oculta en relu(…).",
            lesson: L2,
        },
        no_activation_bars: ["pesos de la red", "de la capa que puede lo mismo"],
        not_shuffled: Illness {
            name: "Los datos de entrenamiento no están barajados",
            seen: |[classes, forgotten]| {
                format!(
                    "Solo lee bien estas clases: {classes}. Ha olvidado otras {forgotten}, como si las hubiera visto una tras otra."
                )
            },
            treatment: "Saca los lotes con next_batch, que baraja, y no con select.",
            lesson: L1B,
        },
        by_class_title: "Imágenes de entrenamiento de cada clase que lee bien",
        fed_otherwise: Illness {
            name: "El bucle de entrenamiento le da otra cosa",
            seen: |[steps, now, few, anew]| {
                format!(
                    "Tras {steps} pasos la entropía cruzada es {now}, pero {few} pasos desde el principio, con los datos que se dan aquí, la llevan a {anew}."
                )
            },
            treatment: "Compara lo que da el bucle con lo que se da aquí, sobre todo qué etiquetas, y cuántas veces se inicializa la sesión.",
            lesson: ERRORS,
        },
        stuck: Illness {
            name: "No aprende",
            seen: |[steps, now, guessing]| {
                format!(
                    "Tras {steps} pasos la entropía cruzada es {now}, y la de adivinar es {guessing}; no se ha encontrado ninguna de las causas habituales."
                )
            },
            treatment: "Prueba otro optimizador (Adam), y una red más pequeña que aprenda, a la que añadir capa tras capa.",
            lesson: L2,
        },
        entropies_title: "Entropía cruzada de las imágenes de entrenamiento",
        entropy_bars: ["la red", "una empezada de nuevo, tras unos pasos", "adivinar"],
        by_batch: Illness {
            name: "El examen depende del lote",
            seen: |[class, one, other]| {
                format!(
                    "La misma imagen recibe un {one} para la clase {class} en un lote, y un {other} junto a otras: se normaliza con la media y la varianza de su lote."
                )
            },
            treatment: "Da is_test => true en el examen, para que use las medias móviles.",
            lesson: L4,
        },
        by_batch_bars: ["en un lote", "en otro"],
        dropout: Illness {
            name: "El dropout sigue encendido en el examen",
            seen: |[class, one, other]| {
                format!(
                    "La misma imagen recibe un {one} para la clase {class} en una ejecución, y un {other} en la siguiente."
                )
            },
            treatment: "Da pkeep => 1 en el examen: las neuronas solo se apagan para aprender.",
            lesson: L2B,
        },
        dropout_bars: ["en una ejecución", "en la siguiente"],
        probability_title: |class| format!("La probabilidad de la clase {class} para la misma imagen"),
        averages: Illness {
            name: "Las medias móviles no se actualizan",
            seen: |[steps, zeros, all]| {
                format!(
                    "Tras {steps} pasos, {zeros} de las {all} varianzas móviles siguen a 0, y el examen divide entre ellas."
                )
            },
            treatment: "Ejecuta con cada paso de entrenamiento los que devuelve batch_norm: sess.run((training_step, averages), …).",
            lesson: L4,
        },
        averages_title: "La media de cada varianza móvil",
        overfitting: Illness {
            name: "Aprende de memoria",
            seen: |[known, asked, with, without]| {
                format!(
                    "Lee bien el {known} de las imágenes de entrenamiento, pero el {asked} de las del examen; su entropía cruzada es {with} allí y {without} aquí."
                )
            },
            treatment: "Más ejemplos (o aumento de datos), dropout, una red más pequeña o menos pasos.",
            lesson: L2B,
        },
        overfitting_title: "Imágenes que lee bien",
    },
    feature_maps: FeatureMaps {
        title: "Lo que deja cada filtro",
        units: [["canal", "canales"], ["filtro", "filtros"]],
        size: |n, unit, [height, width], [least, most]| {
            format!("{n} {unit} de {height} × {width}, de {least} a {most}")
        },
    },
    filters: Filters {
        title: "Los filtros como imágenes",
        first_channels: |inputs, shown| format!("de los {inputs} canales que entran, los {shown} primeros"),
        meaning: ["aquí no quiere tinta", "aquí la busca"],
    },
    function_graph: FunctionGraph {
        titles: [
            ("La exponencial, eˣ", "Siempre es positiva. Cada paso de 1 a la derecha la multiplica por 2.718."),
            ("Menos el logaritmo, −ln p", "Si p es 1, vale 0. Cuanto más cerca está p de 0, más crece, sin límite."),
            ("La sigmoide", "Lleva cualquier número a uno entre 0 y 1. Lejos del 0 es casi llana."),
            ("ReLU", "Lo negativo pasa a ser 0; lo positivo se queda como está."),
            ("La tangente hiperbólica, tanh", "Como la sigmoide, pero entre −1 y 1."),
        ],
        slope: "pendiente",
        described: |title, [x, y, slope]| format!("{title}: en {x} vale {y} y su pendiente es {slope}."),
    },
    loss_along: LossAlong {
        title: "El error según un solo parámetro",
        note: "Cada punto es una medida de verdad: se cambia ese parámetro y los demás se quedan como están.",
        axes: ["valor del parámetro", "error"],
        now: "ahora",
        rows: ["empujón", "error antes", "error después", "cambio ÷ empujón", "gradiente (la tangente)"],
        described: |[nudge, before, after, quotient, gradient]| {
            format!(
                "El error según un parámetro: con un empujón de {nudge} pasa de {before} a {after}; cambio entre empujón, \
                 {quotient}; gradiente, {gradient}."
            )
        },
    },
    filter_slider: FilterSlider {
        title: "Un filtro que se desliza",
        note: "Multiplica cada píxel que ve por su peso, suma los productos y anota la suma en su sitio: en azul si es positiva, en naranja si es negativa.",
        heads: ["la imagen", "tinta", "peso", "tinta × peso", "lo que ha anotado"],
        place: |row, column| format!("fila {row}, columna {column}"),
        slider: "sitio",
        described: |place, sum| format!("Un filtro que se desliza. En la {place} anota {sum}."),
    },
    histograms: Histograms {
        title: "Cómo se reparten las puntuaciones de cada capa",
        note: "Cada barra cuenta cuántas hay ahí. A la derecha de la raya, en azul, las que relu deja pasar. Debajo, la media ± la desviación.",
        pass: |share| format!("pasa el {share}"),
    },
    loss_surface: LossSurface {
        title: "Bajar por la superficie de la entropía",
        note: |digits| {
            format!(
                "Entropía cruzada de {digits} dígitos según dos de los 7840 pesos; los demás no se mueven. La cruz es el mínimo."
            )
        },
        foot: "Si solo se mueven dos pesos, hacen falta tasas mucho mayores que 0.003: cada uno de los 7840 pone su parte \
               de la bajada.",
        rate: "Tasa",
        slider: "tasa",
        batch_and_rate: |batch, rate| format!("Lote {batch}, tasa {rate}"),
        verdicts: ["demasiado grande", "demasiado pequeña", "buena"],
        after_steps: |steps| format!("tras {steps} pasos: "),
        start: "inicio",
        outside: "se sale del mapa",
        key: "Entropía:",
        profile: "La entropía, paso a paso",
        axis: "pasos",
    },
    mean_images: MeanImages {
        title: "La imagen media de cada dígito",
        note: |images| {
            format!("Todas sus imágenes, unas sobre otras: la tinta media de cada píxel, entre {images} imágenes.")
        },
        images: |count| if count == "1" { "1 imagen".into() } else { format!("{count} imágenes") },
        described: |images, counts| {
            format!("La imagen media de cada dígito, de {images} imágenes; del 0 al 9 hay {}.", counts.join(", "))
        },
    },
    misread: Misread {
        corners: ["abajo a la izquierda: qué es", "a la derecha: qué dice la red"],
        part_shown: |misread, right| format!("aquí, {misread} de ellos y {right} aciertos"),
        all_shown: |right| format!("y {right} aciertos"),
    },
    most_confused: MostConfused {
        title: "Los fallos en los que menos probabilidad dio al dígito correcto",
        note: "cada barra es una probabilidad",
        pieces: ["es un ", "; dice "],
        none: "No hay ningún fallo.",
    },
    network: Network {
        title: "La red, dibujada",
        note: "Cada punto lleno es una neurona; cada línea, un peso. De las capas grandes solo se dibuja el principio y el final. En azul, todo lo que mira una.",
        thinned: "Lo que queda de la red en un paso",
        left_out: "Las neuronas tachadas están apagadas: no reciben nada ni pasan nada. En el paso siguiente serán otras.",
        layers: ["entrada", "oculta", "salida"],
        weights: |weights| format!("{weights} pesos"),
        kept: |neurons| format!("quedan {neurons}"),
    },
    neuron: Neuron {
        title: |class| format!("La neurona del {class}"),
        note: "Multiplica, píxel a píxel, la tinta por el peso. Lo suma todo y añade su sesgo.",
        heads: ["tinta", "peso", "tinta × peso"],
        score: "puntuación",
        meaning: ["naranja: habla en contra", "azul: habla a favor"],
        described: |class, [sum, bias, score]| {
            format!(
                "La neurona del {class}: la suma de tinta por peso da {sum}; con el sesgo, {bias}, la puntuación es {score}."
            )
        },
    },
    ten_neurons: TenNeurons {
        title: "Una neurona para cada dígito",
        note: |pixels| {
            format!("Todas miran los mismos {pixels} píxeles, cada una con sus pesos. Gana la puntuación más alta.")
        },
        described: |label, best, score| {
            format!("Las puntuaciones de las diez neuronas ante un {label}: gana la del {best}, con {score}.")
        },
    },
    neuron_sliders: NeuronSliders {
        title: "Una neurona con tres entradas",
        heads: ["entrada", "entrada × peso", "suma + sesgo", "activación"],
        sigmoid: "sigmoide de la puntuación",
        weight: "peso",
        described: |score, share| {
            format!("Una neurona con tres entradas: su puntuación es {score}, y la sigmoide la convierte en {share}.")
        },
    },
    pixel_values: PixelValues {
        title: "Un dígito es una tabla de números",
        note: |h, w, pixels| format!("{h} × {w} = {pixels} píxeles. A la derecha, los del recuadro, con sus números."),
        scale: ["0: papel", "255: tinta"],
        described: |label, h, w| {
            format!("Un {label} de {h} × {w} píxeles, y los números de los 64 píxeles de su centro.")
        },
    },
    rates: Rates {
        title: "A qué lleva cada tasa de aprendizaje",
        note: |steps| {
            format!(
                "Cada punto, un entrenamiento de {steps} pasos desde los mismos valores; los del borde de arriba quedan más allá."
            )
        },
        axes: ["tasa de aprendizaje (logarítmica)", "entropía cruzada"],
        guessing: "adivinar",
        own: "la tuya",
        best: "la mejor",
        mark: |name, rate, loss| format!("{name}: {rate} → {loss}"),
    },
    tiny_net: TinyNet {
        sheet: "Retropropagación a mano",
        rules: [
            "Hacia delante: suma de entrada × peso, y ReLU. Hacia atrás: multiplica por la pendiente de cada cosa que atraviesas.",
            "El gradiente del error al cuadrado es 2·(y − objetivo); el de un peso, el de la neurona a la que llega × lo que entra por él.",
        ],
        title: "Una red diminuta, hacia delante y hacia atrás",
        note: ["azul, hacia delante: lo que vale", "ocre, hacia atrás: cuánto cambia el error si sube"],
        heads: ["entradas", "capa oculta (ReLU)", "salida", "error"],
        target: "objetivo",
        error: "(y − objetivo)²",
        rule: "Regla de la cadena, para el peso de x₁ a h₁",
        chain: |output, weight, on, input, product| {
            format!(
                "{output} (salida)  ×  {weight} (peso de h₁)  ×  {on} (pendiente de ReLU)  ×  {input} (entrada)  =  {product}"
            )
        },
        described: |output, error, gradient| {
            format!(
                "Una red diminuta con sus números: la salida es {output}; el error, {error}; el gradiente de la salida, \
                 {gradient}, y de él salen, hacia atrás, los de todos los pesos."
            )
        },
    },
    slow_step: SlowStep {
        title: "Un paso a cámara lenta",
        stages: [
            "Un lote de entrenamiento, con el dígito que es cada imagen a su izquierda.",
            "Las puntuaciones: lo que dan las neuronas de la última capa, una por clase, para cada imagen.",
            "Softmax convierte cada fila en probabilidades que suman 1. La del dígito correcto está enmarcada.",
            "La pérdida: cuanto menos probable ve la red el dígito correcto, más se equivoca. La del lote: #0.",
            "El gradiente: cuánto cambia la pérdida si sube un poco una puntuación, o el peso elegido.",
            "El paso: todos los pesos se mueven a la vez, cada uno en contra de su gradiente.",
            "El mismo lote otra vez: la pérdida pasa de #0 a #1. El gradiente prometía #2: solo acierta si el paso es pequeño.",
        ],
        surprise: "−ln(probabilidad)",
        product: "píxel × gradiente",
        sum: "Gradiente del peso elegido: la suma de los productos de la derecha, #0.",
        of_output: |variable, output| format!("{variable}: pesos de la salida {output}"),
        of_weights: ["antes del paso", "después del paso"],
        gradient: "su gradiente",
        numbers: ["el peso elegido", "su gradiente", "se mueve", "después del paso"],
        losses: ["pérdida", "prometida", "después"],
        sliders: ["momento", "salida", "fila", "columna"],
        play: ["Reproducir", "Pausar", "Atrás"],
        described: |before, after, promised| {
            format!(
                "Un paso a cámara lenta: la pérdida del lote pasa de {before} a {after}; el gradiente prometía {promised}."
            )
        },
    },
    preparation: Preparation {
        title: "Cómo tu dígito se convierte en una imagen como las de MNIST",
        note: "La red solo ha visto dígitos preparados de esta manera.",
        steps: [
            ("Tu imagen", ["tal como se ha leído, del", "negro al blanco"]),
            ("El papel", ["el brillo que tendría", "sin nada de tinta"]),
            ("La tinta", ["cuánto se aparta cada", "píxel del papel"]),
            ("Los dígitos", ["tinta que va unida; las", "motas se descartan"]),
            ("Un dígito", ["la caja más pequeña en", "que cabe su tinta"]),
            ("El trazo", ["", ""]),
            ("20 cuadros", ["en el lado largo; la", "forma no cambia"]),
            ("Los grises", ["el gris de un cuadro dice", "cuánto cubre la tinta en él"]),
            ("El equilibrio", ["el centro de masas: ahí se", "equilibraría la tinta"]),
            ("La imagen", ["28 × 28 píxeles, con ese", "punto en el centro"]),
        ],
        lines: |width, made| match made {
            Some(made) => [format!("su ancho era el {width} del lado"), format!("largo, y ahora es el {made}")],
            None => [format!("su ancho es el {width} del lado"), "largo: basta así".into()],
        },
    },
    softmax: Softmax {
        title: "Softmax: de puntuaciones a probabilidades",
        heads: [
            ("Puntuación", "X·W + b"),
            ("Exponencial", "e elevado a la puntuación"),
            ("Probabilidad", "exponencial ÷ suma"),
        ],
        lead: ["de ventaja", "veces más", "probable que el"],
        slider: |class| format!("puntos del {class}"),
    },
    weight_film: WeightFilm {
        title: "Los pesos, paso a paso",
        step: |number| format!("paso {number}"),
        slider: "momento",
    },
    weight_images: WeightImages {
        title: "Los pesos como imágenes",
        meaning: ["la tinta en este píxel habla contra el dígito", "habla a su favor"],
    },
};
