use crate::words::{Spanish, inside::*};

impl Spanish for Inside {
    const SPANISH: &'static Self = &Inside {
        title: "Una mirada dentro: el camino de un dígito por la red",
        answer: ["La red lee un #0, con probabilidad #1.", " Su etiqueta es #0."],
        digit: "dígito",
        kinds: ["convolución", "densa"],
        sizes: ["#0 × #1", "#2 mapas, #0 × #1", "#2 neuronas"],
        unknown: "Se muestra sin explicar: #0.",
        joins: "Se unen varios caminos y se sigue el más largo: #0.",
        what: [
            "#0, mapa #1: el número de la fila #2, columna #3",
            "#0: neurona #1",
            "#0: la puntuación de la clase #1",
        ],
        channel: "Arriba se ve el mapa #0 de los que lee.",
        reads: "lee: #0",
        gives: "da: #0",
        speaks: "por el #0 (azul), contra (naranja)",
        note: [
            "A la izquierda, el gradiente de la puntuación × el píxel:",
            "dónde la tinta sube la puntuación, y dónde la baja.",
        ],
        tables: ["los números del marco", "los pesos del filtro", "sus productos"],
        parts: "Suma de los productos de cada mapa que lee",
        terms: ["los diez sumandos mayores, de", "número", "peso", "producto"],
        from: ["píxel: fila #1, columna #2", "mapa #0: fila #1, columna #2", "neurona #0"],
        lines: [
            "productos del mapa #0",
            "de todos los mapas (#0)",
            "todos los productos",
            "los #0 sumandos mayores",
            "todos los sumandos (#0)",
        ],
        pools: ["el mayor del marco", "la media del marco"],
        shown: "lo que da #0 (sin explicar)",
        moves: ["sesgo: #1 #2", "escala y desplazamiento: × #0 #1 #2"],
        sliders: ["dígito", "capa", "mapa", "fila", "columna", "mapa leído"],
        third: ["mapa", "neurona", "clase"],
    };
}

impl Spanish for Nearest {
    const SPANISH: &'static Self = &Nearest {
        title: "Los dígitos de entrenamiento más cercanos",
        in_layer: |layer, numbers, all| {
            format!(
                "por su distancia en lo que lee la última capa: {numbers} números ({layer}), entre {all} dígitos de entrenamiento"
            )
        },
        in_pixels: |all| {
            format!(
                "por su distancia en píxeles, pues la última capa es la única, entre {all} dígitos de entrenamiento"
            )
        },
        answer: |answer| format!("la red lee un {answer}"),
        legend: "Debajo de cada uno: su etiqueta y la distancia.",
        described: |answer, labels| {
            format!(
                "Un dígito que la red lee como {answer}; los de entrenamiento más cercanos llevan las etiquetas {labels}."
            )
        },
    };
}

impl Spanish for DigitMap {
    const SPANISH: &'static Self = &DigitMap {
        title: |digits| format!("Un mapa de {digits} dígitos"),
        in_layer: |layer, numbers| {
            format!(
                "Lo que lee la última capa ({layer}, {numbers} números), en las dos direcciones en que más se distinguen los dígitos"
            )
        },
        in_pixels: "Sus píxeles, en las dos direcciones en que más se distinguen",
        shares: |first, second, both| {
            format!("Muestran un {first} y un {second} de la varianza, un {both} en total; el resto aquí se pierde.")
        },
        yours: "en un marco: los dígitos que le has dado",
        axes: ["primera dirección →", "↑ segunda dirección"],
    };
}

impl Spanish for Cover {
    const SPANISH: &'static Self = &Cover {
        title: "Qué pasa si se tapa una parte",
        note: |side| format!("Un parche gris de {side} × {side} píxeles tapa una parte tras otra."),
        digit: |answer, share| format!("la red lee un {answer}: {share}"),
        map: "cómo cambia, según el centro del parche",
        then: |answer, share| format!("entonces lee un {answer}: {share}"),
        meaning: ["sube", "baja"],
        described: |answer, before, least| {
            format!("La probabilidad del {answer} es {before}; si se tapa una parte, puede bajar hasta {least}.")
        },
    };
}
