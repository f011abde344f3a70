use crate::words::{Spanish, panel::*};

impl Spanish for Numbers {
    const SPANISH: &'static Self = &Numbers { percent_sign: "\u{A0}%", separator: "\u{202F}", grouped_from: 5 };
}

impl Spanish for Terms {
    const SPANISH: &'static Self = &Terms {
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
    };
}

impl Spanish for Panel {
    const SPANISH: &'static Self = &Panel {
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
    };
}

impl Spanish for Live {
    const SPANISH: &'static Self = &Live {
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
        keys: "Teclas: de 1 a 6, una imagen en grande; 0, todas; espacio, pausar y seguir; en pausa, punto (.), un paso; l, el eje de la entropía.",
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
    };
}

impl Spanish for Graph {
    const SPANISH: &'static Self = &Graph {
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
    };
}
