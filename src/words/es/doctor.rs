use crate::words::{Spanish, doctor::*};

const L1A: [&str; 2] = ["1a. Tu primera red", "1_softmax.ipynb"];
const L1B: [&str; 2] = ["1b. Cómo aprende", "1b_como_aprende.ipynb"];
const L2: [&str; 2] = ["2. Más capas", "2_capas.ipynb"];
const L2B: [&str; 2] = ["2b. Aprender de memoria", "2b_de_memoria.ipynb"];
const L2C: [&str; 2] = ["2c. Con qué números se empieza, y cuándo dejan de serlo", "2c_numeros.ipynb"];
const L4: [&str; 2] = ["4. Normalización por lotes", "4_batchnorm.ipynb"];
const ERRORS: [&str; 2] = ["Cuando algo sale mal", "errores.ipynb"];

impl Spanish for Doctor {
    const SPANISH: &'static Self = &Doctor {
        measured: |[steps, known, trained_on, asked, examined, entropy, guessing]| {
            let steps = match steps {
                "0" => "Antes del primer paso".into(),
                "1" => "Tras un paso".into(),
                _ => format!("Tras {steps} pasos"),
            };
            format!(
                "{steps}, la red lee bien el {known} de {trained_on} imágenes de entrenamiento y el {asked} de {examined} del examen, \
                 donde su entropía cruzada es {entropy}; la de adivinar es {guessing}."
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
            treatment: "Empieza de nuevo con sess.initialize(paso_entrenamiento)? y valores iniciales finitos, y escribe la entropía cruzada como log(softmax(…)).",
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
                    "De las imágenes de {set}, el {fits} encuentra su etiqueta {places}, y el {now} en su sitio, según las imágenes medias del otro conjunto (entrenamiento o examen)."
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
            name: "Algo deforma las puntuaciones antes del softmax",
            seen: |[op]| {
                format!(
                    "La pérdida toma el softmax de lo que da {op}, así que las probabilidades no pueden acercarse a 0 ni a 1."
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
            treatment: "Da es_prueba => true en el examen, para que use las medias móviles.",
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
            treatment: "Ejecuta con cada paso de entrenamiento los que devuelve batch_norm: sess.run((paso_entrenamiento, medias), …).",
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
    };
}
