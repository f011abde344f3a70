use crate::words::{Spanish, lab::*};

impl Spanish for Pad {
    const SPANISH: &'static Self = &Pad {
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
        reads: "Lo que lee una red en tu dibujo aparece aquí en cuanto se ejecuta .reads(…).",
        empty: "Aquí no hay tinta, y «nada» no está entre sus diez respuestas.",
        unsent: "El dibujo no ha llegado al núcleo: ",
        offline: "Sin conexión con JupyterLab.",
    };
}

impl Spanish for Experiment {
    const SPANISH: &'static Self = &Experiment {
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
        picked: |settings| {
            format!(
                " Pero estos dos se han elegido por ser los mejores de {settings}, y entre muchos siempre hay uno que va por delante por suerte: antes de creértelo, repite esos dos con otras semillas."
            )
        },
        too_few: " Con tan pocos entrenamientos, puede haberlo hecho la suerte sola: con .seeds(4) o más se sabrá.",
        one_each: " Con un solo entrenamiento de cada uno no se puede saber si es suerte: con .seeds(4) o más, sí.",
    };
}

impl Spanish for AnswerBars {
    const SPANISH: &'static Self = &AnswerBars {
        title: "Lo que dice la red",
        reads: |class, share| format!("Lee un {class}: {share}"),
        blank: "Aquí no hay tinta, y «nada» no está entre sus diez respuestas.",
    };
}

impl Spanish for Rates {
    const SPANISH: &'static Self = &Rates {
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
    };
}

impl Spanish for SlowStep {
    const SPANISH: &'static Self = &SlowStep {
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
    };
}

impl Spanish for Preparation {
    const SPANISH: &'static Self = &Preparation {
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
    };
}
