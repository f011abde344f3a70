use crate::words::{Spanish, figures::*};

impl Spanish for BatchProduct {
    const SPANISH: &'static Self = &BatchProduct {
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
    };
}

impl Spanish for Certificate {
    const SPANISH: &'static Self = &Certificate {
        title: "Certificado",
        note: "ha entrenado una red neuronal, ha leído lo que aprendió y ha resuelto estos ejercicios:",
        lesson: |lesson, done, all| format!("Lección {lesson}: {done} de {all} ejercicios"),
        date: "Fecha",
        signature: "Firma",
    };
}

impl Spanish for Confusion {
    const SPANISH: &'static Self = &Confusion {
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
    };
}

impl Spanish for CrossEntropy {
    const SPANISH: &'static Self = &CrossEntropy {
        title: "La entropía cruzada de un dígito",
        infinite: "La red dio probabilidad 0 al dígito correcto: cuanto menor es y, mayor es −ln y, sin límite.",
        heads: ["lo correcto, y′", "lo que da la red, y", "−y′ · ln y"],
    };
}

impl Spanish for DecisionBoundary {
    const SPANISH: &'static Self = &DecisionBoundary {
        title: "¿Por dónde pasa la frontera?",
        note: "Los puntos son los ejemplos. El fondo es lo que responde la red en cada sitio, azul o naranja: más intenso donde está más segura.",
        input: "entrada",
        described: |name, right, all| format!("{name}: {right} de {all} puntos en su lado"),
    };
}

impl Spanish for FeatureMaps {
    const SPANISH: &'static Self = &FeatureMaps {
        title: "Lo que deja cada filtro",
        units: [["canal", "canales"], ["filtro", "filtros"]],
        size: |n, unit, [height, width], [least, most]| {
            format!("{n} {unit} de {height} × {width}, de {least} a {most}")
        },
    };
}

impl Spanish for Filters {
    const SPANISH: &'static Self = &Filters {
        title: "Los filtros como imágenes",
        first_channels: |inputs, shown| format!("de los {inputs} canales que entran, los {shown} primeros"),
        meaning: ["aquí no quiere tinta", "aquí la busca"],
    };
}

impl Spanish for FunctionGraph {
    const SPANISH: &'static Self = &FunctionGraph {
        titles: [
            ("La exponencial, eˣ", "Siempre es positiva. Cada paso de 1 a la derecha la multiplica por 2.718."),
            ("Menos el logaritmo, −ln p", "Si p es 1, vale 0. Cuanto más cerca está p de 0, más crece, sin límite."),
            ("La sigmoide", "Lleva cualquier número a uno entre 0 y 1. Lejos del 0 es casi llana."),
            ("ReLU", "Lo negativo pasa a ser 0; lo positivo se queda como está."),
            ("La tangente hiperbólica, tanh", "Como la sigmoide, pero entre −1 y 1."),
        ],
        slope: "pendiente",
        described: |title, [x, y, slope]| format!("{title}: en {x} vale {y} y su pendiente es {slope}."),
    };
}

impl Spanish for LossAlong {
    const SPANISH: &'static Self = &LossAlong {
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
    };
}

impl Spanish for FilterSlider {
    const SPANISH: &'static Self = &FilterSlider {
        title: "Un filtro que se desliza",
        note: "Multiplica cada píxel que ve por su peso, suma los productos y anota la suma en su sitio: en azul si es positiva, en naranja si es negativa.",
        heads: ["la imagen", "tinta", "peso", "tinta × peso", "lo que ha anotado"],
        place: |row, column| format!("fila {row}, columna {column}"),
        slider: "sitio",
        described: |place, sum| format!("Un filtro que se desliza. En la {place} anota {sum}."),
    };
}

impl Spanish for Histograms {
    const SPANISH: &'static Self = &Histograms {
        title: "Cómo se reparten las puntuaciones de cada capa",
        note: "Cada barra cuenta cuántas hay ahí. A la derecha de la raya, en azul, las que relu deja pasar. Debajo, la media ± la desviación.",
        pass: |share| format!("pasa el {share}"),
    };
}

impl Spanish for LayerBars {
    const SPANISH: &'static Self =
        &LayerBars { title: "Capa por capa", note: "Con cada línea hacia la derecha, diez veces más." };
}

impl Spanish for LossSurface {
    const SPANISH: &'static Self = &LossSurface {
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
    };
}

impl Spanish for MeanImages {
    const SPANISH: &'static Self = &MeanImages {
        title: "La imagen media de cada dígito",
        note: |images| {
            format!("Todas sus imágenes, unas sobre otras: la tinta media de cada píxel, entre {images} imágenes.")
        },
        images: |count| if count == "1" { "1 imagen".into() } else { format!("{count} imágenes") },
        described: |images, counts| {
            format!("La imagen media de cada dígito, de {images} imágenes; del 0 al 9 hay {}.", counts.join(", "))
        },
    };
}

impl Spanish for Misread {
    const SPANISH: &'static Self = &Misread {
        corners: ["abajo a la izquierda: qué es", "a la derecha: qué dice la red"],
        part_shown: |misread, right| format!("aquí, {misread} de ellos y {right} aciertos"),
        all_shown: |right| format!("y {right} aciertos"),
    };
}

impl Spanish for MostConfused {
    const SPANISH: &'static Self = &MostConfused {
        title: "Los fallos en los que menos probabilidad dio al dígito correcto",
        note: "cada barra es una probabilidad",
        pieces: ["es un ", "; dice "],
        none: "No hay ningún fallo.",
    };
}

impl Spanish for Network {
    const SPANISH: &'static Self = &Network {
        title: "La red, dibujada",
        note: "Cada punto lleno es una neurona; cada línea, un peso. De las capas grandes solo se dibuja el principio y el final. En azul, todo lo que mira una.",
        thinned: "Lo que queda de la red en un paso",
        left_out: "Las neuronas tachadas están apagadas: no reciben nada ni pasan nada. En el paso siguiente serán otras.",
        layers: ["entrada", "oculta", "salida"],
        weights: |weights| format!("{weights} pesos"),
        kept: |neurons| format!("quedan {neurons}"),
    };
}

impl Spanish for Neuron {
    const SPANISH: &'static Self = &Neuron {
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
    };
}

impl Spanish for TenNeurons {
    const SPANISH: &'static Self = &TenNeurons {
        title: "Una neurona para cada dígito",
        note: |pixels| {
            format!("Todas miran los mismos {pixels} píxeles, cada una con sus pesos. Gana la puntuación más alta.")
        },
        described: |label, best, score| {
            format!("Las puntuaciones de las diez neuronas ante un {label}: gana la del {best}, con {score}.")
        },
    };
}

impl Spanish for NeuronSliders {
    const SPANISH: &'static Self = &NeuronSliders {
        title: "Una neurona con tres entradas",
        heads: ["entrada", "entrada × peso", "suma + sesgo", "activación"],
        sigmoid: "sigmoide de la puntuación",
        weight: "peso",
        described: |score, share| {
            format!("Una neurona con tres entradas: su puntuación es {score}, y la sigmoide la convierte en {share}.")
        },
    };
}

impl Spanish for PixelValues {
    const SPANISH: &'static Self = &PixelValues {
        title: "Un dígito es una tabla de números",
        note: |h, w, pixels| format!("{h} × {w} = {pixels} píxeles. A la derecha, los del recuadro, con sus números."),
        scale: ["0: papel", "255: tinta"],
        described: |label, h, w| {
            format!("Un {label} de {h} × {w} píxeles, y los números de los 64 píxeles de su centro.")
        },
    };
}

impl Spanish for TinyNet {
    const SPANISH: &'static Self = &TinyNet {
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
    };
}

impl Spanish for Softmax {
    const SPANISH: &'static Self = &Softmax {
        title: "Softmax: de puntuaciones a probabilidades",
        heads: [
            ("Puntuación", "X·W + b"),
            ("Exponencial", "e elevado a la puntuación"),
            ("Probabilidad", "exponencial ÷ suma"),
        ],
        lead: ["de ventaja", "veces más", "probable que el"],
        slider: |class| format!("puntos del {class}"),
    };
}

impl Spanish for WeightFilm {
    const SPANISH: &'static Self =
        &WeightFilm { title: "Los pesos, paso a paso", step: |number| format!("paso {number}"), slider: "momento" };
}

impl Spanish for WeightImages {
    const SPANISH: &'static Self = &WeightImages {
        title: "Los pesos como imágenes",
        meaning: ["la tinta en este píxel habla contra el dígito", "habla a su favor"],
    };
}
