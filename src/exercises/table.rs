//! What an exercise is, and those of lesson 1: names, what is right, and what is said. Pairs are Spanish and English.
//!
//! What is right is computed, so that nobody reads it here by accident.

pub struct Exercise {
    pub names: [&'static str; 2],
    pub expected: Expected,
    /// What a right answer gets to hear.
    pub right: [&'static str; 2],
    pub hint: [&'static str; 2],
}

pub enum Expected {
    /// These numbers, each as exactly as `tolerance` says.
    Numbers {
        values: fn() -> Vec<f64>,
        tolerance: f64,
        misses: &'static [Miss],
    },
    Truth(bool),
    /// These letters; case, spaces and commas do not count.
    Letters(fn() -> String),
    /// A share of 1 that is not below this.
    AtLeast(f64),
}

/// A wrong answer that shows what was overlooked.
pub struct Miss {
    pub values: fn() -> Vec<f64>,
    pub sentence: [&'static str; 2],
}

impl Expected {
    pub fn kind(&self, language: usize) -> &'static str {
        let names = match self {
            Expected::Numbers { values, .. } if values().len() > 1 => ["una lista de números", "a list of numbers"],
            Expected::Numbers { .. } | Expected::AtLeast(_) => ["un número", "a number"],
            Expected::Truth(_) => ["true o false", "true or false"],
            Expected::Letters(_) => ["un texto entre comillas", "a text in quotes"],
        };
        names[language]
    }
}

/// What keeps `share` from being an accuracy of at least `least`.
pub fn at_least_share(share: f64, least: f64, language: usize) -> Option<String> {
    let sentences = match share {
        // an accuracy comes as f32: 0.91 of those is a little less than 0.91
        s if (least - 1e-6..=1.0).contains(&s) => return None,
        s if !(0.0..=1.0).contains(&s) => [
            "La precisión es una parte de 1, no un porcentaje ni una cuenta: va de 0 a 1.".into(),
            "Accuracy is a share of 1, neither a percentage nor a count: it goes from 0 to 1.".into(),
        ],
        s => [format!("{s:.4} no llega a {least}."), format!("{s:.4} is below {least}.")],
    };
    sentences.into_iter().nth(language)
}

/// A network's accuracy on the test digits: one line for each network that a student builds.
pub const fn accuracy_of(names: [&'static str; 2], least: f64) -> Exercise {
    Exercise {
        names,
        expected: Expected::AtLeast(least),
        right: ["Tu red ha aprendido lo que tenía que aprender.", "Your network has learnt what it was to learn."],
        hint: [
            "mide con los dígitos de prueba, después de todos los pasos y con los hiperparámetros de la lección.",
            "measure on the test digits, after all the steps and with the lesson's hyperparameters.",
        ],
    }
}

pub const fn numbers(values: fn() -> Vec<f64>, tolerance: f64, misses: &'static [Miss]) -> Expected {
    Expected::Numbers { values, tolerance, misses }
}

pub const fn miss(values: fn() -> Vec<f64>, es: &'static str, en: &'static str) -> Miss {
    Miss { values, sentence: [es, en] }
}

/// How often each digit occurs among the first hundred of the training file.
fn first_hundred() -> [f64; 10] {
    [13, 14, 6, 11, 11, 5, 11, 10, 8, 11].map(f64::from)
}

fn exponentials() -> Vec<f64> {
    (0..3).map(|score| f64::from(score).exp()).collect()
}

fn one_hot(place: usize) -> Vec<f64> {
    (0..10).map(|i| f64::from(u8::from(i == place))).collect()
}

pub const EXERCISES: &[Exercise] = &[
    Exercise {
        names: ["parametros", "parameters"],
        expected: numbers(
            || vec![f64::from((28 * 28 + 1) * 10)],
            0.0,
            &[
                miss(
                    || vec![7840.0],
                    "Esos son los pesos. Cada neurona tiene además un número suyo.",
                    "Those are the weights. Each neuron has one more number of its own.",
                ),
                miss(
                    || vec![785.0],
                    "Eso tiene una sola neurona. ¿Cuántas hay?",
                    "That is what one neuron has. How many are there?",
                ),
                miss(
                    || vec![794.0],
                    "Los pesos no son uno por píxel, sino uno por píxel y neurona.",
                    "There is not one weight per pixel but one per pixel and neuron.",
                ),
            ],
        ),
        right: [
            "Todos esos números ajusta el entrenamiento, y es una red muy pequeña.",
            "Training tunes all those numbers, and this is a very small network.",
        ],
        hint: [
            "cuenta primero lo que tiene una neurona: un peso por píxel y un sesgo.",
            "count first what one neuron has: a weight for each pixel and a bias.",
        ],
    },
    Exercise {
        names: ["siempre_cero", "always_zero"],
        expected: numbers(
            || vec![980.0 / 10_000.0],
            1e-6,
            &[
                miss(
                    || vec![980.0],
                    "Esos son los aciertos. La precisión es la parte que suponen del total.",
                    "Those are the hits. Accuracy is their share of the total.",
                ),
                miss(
                    || vec![9.8],
                    "Eso es el porcentaje. Aquí la precisión se escribe entre 0 y 1.",
                    "That is the percentage. Here accuracy is written between 0 and 1.",
                ),
                miss(
                    || vec![0.1],
                    "Sería así si hubiera tantos de cada dígito. Mira cuántos ceros hay.",
                    "So it would be with equally many of each digit. Look how many zeros there are.",
                ),
            ],
        ),
        right: [
            "Sin mirar ni una imagen. Una red tiene que superar eso con holgura.",
            "Without a look at any image. A network must beat that by far.",
        ],
        hint: [
            "aciertos entre total: ¿cuántos de los 10\u{202F}000 dígitos son un 0?",
            "hits divided by total: how many of the 10,000 digits are a 0?",
        ],
    },
    Exercise {
        names: ["neurona", "neuron"],
        expected: numbers(
            || vec![1.0 * 2.0 - 0.5 + 0.0 * 3.0 + 0.5],
            1e-4,
            &[
                miss(
                    || vec![1.5],
                    "Esa es la suma de los productos. ¿Y el sesgo?",
                    "That is the sum of the products. And the bias?",
                ),
                miss(
                    || vec![6.0],
                    "Un peso es negativo y una entrada es cero: mira los signos y los productos.",
                    "One weight is negative and one input is zero: look at signs and products.",
                ),
                miss(
                    || vec![5.0],
                    "La tercera entrada es 0: su peso no cuenta.",
                    "The third input is 0: its weight does not count.",
                ),
            ],
        ),
        right: [
            "Suma ponderada más sesgo: eso es todo lo que calcula una neurona.",
            "A weighted sum plus a bias: that is all a neuron computes.",
        ],
        hint: [
            "multiplica cada entrada por su peso, súmalo todo y añade el sesgo.",
            "multiply each input by its weight, add everything up and add the bias.",
        ],
    },
    Exercise {
        names: ["forma", "shape"],
        expected: numbers(
            || vec![100.0, 10.0],
            0.0,
            &[
                miss(
                    || vec![10.0, 100.0],
                    "Los números son esos; el orden, no: las filas van primero. ¿Qué hay en cada fila?",
                    "The numbers are right, the order is not: rows come first. What does a row hold?",
                ),
                miss(|| vec![784.0, 10.0], "Esa es la forma de W.", "That is the shape of W."),
                miss(|| vec![100.0, 784.0], "Esa es la forma de X.", "That is the shape of X."),
            ],
        ),
        right: [
            "Una fila por imagen y una puntuación por dígito; b se suma a cada fila.",
            "A row for each image and a score for each digit; b is added to each row.",
        ],
        hint: [
            "en X·W desaparece la dimensión que comparten X y W. La respuesta es una lista: [filas, columnas].",
            "in X·W the dimension that X and W share disappears. The answer is a list: [rows, columns].",
        ],
    },
    Exercise {
        names: ["softmax", "softmax"],
        expected: numbers(
            || exponentials().iter().map(|e| e / exponentials().iter().sum::<f64>()).collect(),
            0.006,
            &[
                miss(
                    exponentials,
                    "Esas son las exponenciales. Falta dividir cada una por la suma de todas.",
                    "Those are the exponentials. Each still has to be divided by the sum of all.",
                ),
                miss(
                    || vec![0.0, 1.0 / 3.0, 2.0 / 3.0],
                    "Has dividido las puntuaciones. Antes hay que calcular e elevado a cada una.",
                    "You divided the scores. First take e to the power of each.",
                ),
            ],
        ),
        right: [
            "Mismo orden que las puntuaciones, todas positivas, y suman 1.",
            "The order of the scores, all positive, and they sum to 1.",
        ],
        hint: [
            "e⁰ = 1, e¹ ≈ 2.718, e² ≈ 7.389. Suma las tres y divide. El resultado debe sumar 1.",
            "e⁰ = 1, e¹ ≈ 2.718, e² ≈ 7.389. Add the three and divide. The result must sum to 1.",
        ],
    },
    Exercise {
        names: ["orden", "order"],
        expected: Expected::Truth(true),
        right: [
            "La exponencial crece siempre, y dividir todas por lo mismo no cambia quién va delante.",
            "The exponential always grows, and dividing all by the same number changes no order.",
        ],
        hint: [
            "si una puntuación es mayor que otra, ¿cómo son sus exponenciales?",
            "if one score is larger than another, what about their exponentials?",
        ],
    },
    Exercise {
        names: ["one_hot", "one_hot"],
        expected: numbers(
            || one_hot(7),
            1e-6,
            &[
                miss(
                    || one_hot(6),
                    "Los dígitos empiezan por el 0, así que el 1 va un sitio más allá.",
                    "The digits begin with 0, so the 1 stands one place further.",
                ),
                miss(
                    || one_hot(2),
                    "Se cuenta desde la izquierda, empezando por el 0.",
                    "Count from the left, beginning with 0.",
                ),
                miss(
                    || one_hot(7).iter().map(|x| 1.0 - x).collect(),
                    "Al revés: un solo 1, lo demás ceros.",
                    "The other way round: a single 1, zeros elsewhere.",
                ),
            ],
        ),
        right: [
            "Toda la probabilidad en su sitio: así es la respuesta perfecta.",
            "All the probability in its place: such is the perfect answer.",
        ],
        hint: [
            "diez números, uno por dígito del 0 al 9: un 1 en el sitio del dígito y ceros en los demás.",
            "ten numbers, one for each digit from 0 to 9: a 1 in the digit's place and zeros elsewhere.",
        ],
    },
    Exercise {
        names: ["entropia_imagen", "image_entropy"],
        expected: numbers(
            || vec![-(0.25_f64.ln())],
            0.006,
            &[
                miss(
                    || vec![0.25_f64.ln()],
                    "El logaritmo de un número menor que 1 es negativo; el error lleva un menos delante.",
                    "The logarithm of a number below 1 is negative; the error has a minus in front.",
                ),
                miss(
                    || vec![-(0.25_f64.log10())],
                    "Ese es el logaritmo decimal. Aquí se usa el natural: `ln`.",
                    "That is the decimal logarithm. Here it is the natural one: `ln`.",
                ),
                miss(
                    || vec![-(0.25_f64.log2())],
                    "Ese es el logaritmo en base 2. Aquí se usa el natural: `ln`.",
                    "That is the logarithm to base 2. Here it is the natural one: `ln`.",
                ),
                miss(
                    || vec![0.75],
                    "Eso es lo que le falta a la probabilidad para ser 1. La entropía cruzada usa el logaritmo.",
                    "That is what the probability lacks to 1. Cross entropy uses the logarithm.",
                ),
            ],
        ),
        right: [
            "De diez sumandos solo queda uno: el del dígito correcto.",
            "Of ten terms one is left: that of the right digit.",
        ],
        hint: [
            "es −log de la probabilidad del dígito correcto. En Rust: `-0.25_f64.ln()`, con el menos fuera.",
            "it is −log of the right digit's probability. In Rust: `-0.25_f64.ln()`, with the minus outside.",
        ],
    },
    Exercise {
        names: ["entropia_inicial", "initial_loss"],
        expected: numbers(
            || vec![100.0 * 10.0_f64.ln()],
            0.05,
            &[
                miss(
                    || vec![10.0_f64.ln()],
                    "Eso es el error de una imagen. El número de la lección es cien veces mayor.",
                    "That is the error of one image. The lesson's number is a hundred times that.",
                ),
                miss(
                    || vec![100.0],
                    "Ese es el logaritmo decimal. Aquí se usa el natural: `ln`.",
                    "That is the decimal logarithm. Here it is the natural one: `ln`.",
                ),
                miss(
                    || vec![-100.0 * 10.0_f64.ln()],
                    "El tamaño es ese; el signo, no: la pérdida nunca es negativa.",
                    "The size is right, the sign is not: this loss is never negative.",
                ),
            ],
        ),
        right: [
            "Quien no sabe nada reparte a partes iguales, y eso cuesta lo mismo con cualquier imagen.",
            "Who knows nothing shares equally, and that costs the same with any image.",
        ],
        hint: [
            "con todo a cero las diez puntuaciones son iguales. ¿Qué probabilidad recibe cada dígito? La lección multiplica el error medio de una imagen por 100.",
            "with everything zero the ten scores are equal. Which probability does each digit get? The lesson multiplies the mean error of an image by 100.",
        ],
    },
    Exercise {
        names: ["precision", "accuracy"],
        expected: numbers(
            || vec![3.0 / 5.0],
            1e-4,
            &[
                miss(
                    || vec![3.0],
                    "Esos son los aciertos. Divide por cuántos había.",
                    "Those are the hits. Divide by how many there were.",
                ),
                miss(
                    || vec![60.0],
                    "Eso es el porcentaje. Aquí la precisión se escribe entre 0 y 1.",
                    "That is the percentage. Here accuracy is written between 0 and 1.",
                ),
                miss(|| vec![0.4], "Esa es la parte de los fallos.", "That is the share of the misses."),
            ],
        ),
        right: [
            "Un sí vale 1, un no vale 0, y la precisión es la media.",
            "A yes counts 1, a no counts 0, and accuracy is the mean.",
        ],
        hint: [
            "cuenta los `true` y divide por cuántos elementos hay en la lista.",
            "count the `true`s and divide by how many items the list has.",
        ],
    },
    Exercise {
        names: ["gradiente_b", "gradient_b"],
        expected: numbers(
            || first_hundred().iter().map(|count| 10.0 - count).collect(),
            0.01,
            &[
                miss(
                    || first_hundred().to_vec(),
                    "Esas son las veces que sale cada dígito. Compáralas con lo que la red espera de cada uno.",
                    "That is how often each digit occurs. Compare it with what the network expects of each.",
                ),
                miss(
                    || first_hundred().iter().map(|count| count - 10.0).collect(),
                    "Los números son esos con el signo cambiado: es lo que la red da menos lo que debería dar.",
                    "Those are the numbers with the opposite sign: it is what the network gives minus what it should give.",
                ),
                miss(
                    || first_hundred().iter().map(|count| (10.0 - count) / 100.0).collect(),
                    "Eso es por imagen. La pérdida de la lección es cien veces la media, así que aquí se suman las cien.",
                    "That is per image. The lesson's loss is a hundred times the mean, so here all hundred are added.",
                ),
            ],
        ),
        right: [
            "El gradiente por b es lo que la red da menos lo que debería dar, sumado sobre el lote.",
            "The gradient by b is what the network gives minus what it should give, summed over the batch.",
        ],
        hint: [
            "con pesos a cero la red da 0.1 a cada dígito: en 100 imágenes son 10. Resta las veces que sale de verdad.",
            "with zero weights the network gives 0.1 to each digit: 10 in 100 images. Subtract how often it really occurs.",
        ],
    },
    Exercise {
        names: ["paso", "step"],
        expected: numbers(
            || vec![0.5 - 0.003 * 40.0],
            1e-4,
            &[
                miss(
                    || vec![0.5 + 0.003 * 40.0],
                    "Así subirías. El paso va en sentido contrario al gradiente.",
                    "That goes uphill. The step goes against the gradient.",
                ),
                miss(
                    || vec![0.003 * 40.0],
                    "Eso es lo que mide el paso. ¿Dónde queda el peso?",
                    "That is the length of the step. Where does the weight end up?",
                ),
                miss(
                    || vec![0.5 - 40.0],
                    "Te falta la tasa de aprendizaje: sin ella el salto es enorme.",
                    "The learning rate is missing: without it the leap is huge.",
                ),
            ],
        ),
        right: ["Un paso pequeño en contra del gradiente.", "A small step against the gradient."],
        hint: ["peso nuevo = peso − tasa × gradiente.", "new weight = weight − rate × gradient."],
    },
    Exercise {
        names: ["pasos_por_epoca", "steps_per_epoch"],
        expected: numbers(
            || vec![60_000.0 / 100.0],
            0.0,
            &[
                miss(
                    || vec![60_000.0],
                    "Así sería con lotes de una sola imagen.",
                    "So it would be with batches of a single image.",
                ),
                miss(|| vec![100.0], "Ese es el tamaño del lote.", "That is the size of a batch."),
            ],
        ),
        right: [
            "Al cabo de esos pasos la red ha visto cada imagen una vez.",
            "After so many steps the network has seen each image once.",
        ],
        hint: [
            "en una época pasan todas las imágenes de entrenamiento, cada una una vez.",
            "in an epoch all training images pass, each of them once.",
        ],
    },
    Exercise {
        names: ["epocas", "epochs"],
        expected: numbers(
            || vec![5000.0 / 600.0],
            0.05,
            &[
                miss(|| vec![50.0], "¿Cuántos pasos tiene una época?", "How many steps does an epoch have?"),
                miss(
                    || vec![600.0 / 5000.0],
                    "Al revés: pasos dados entre pasos de una época.",
                    "The other way round: steps made divided by the steps of an epoch.",
                ),
            ],
        ),
        right: [
            "La red ha visto cada imagen ocho veces, y algunas nueve.",
            "The network has seen each image eight times, and some nine.",
        ],
        hint: [
            "imágenes vistas en total entre las 60\u{202F}000 que hay.",
            "all images seen divided by the 60,000 that there are.",
        ],
    },
    Exercise {
        names: ["diagnostico", "diagnosis"],
        expected: Expected::Letters(|| "ABC".chars().cycle().skip(2).take(3).collect()),
        right: [
            "Con las curvas delante ya sabes qué le pasa a una red.",
            "With the curves before you, you can tell what ails a network.",
        ],
        hint: [
            "la tasa demasiado grande se nota en los saltos; las pocas imágenes, en la distancia entre las dos curvas; no aprender, en una recta.",
            "too large a rate shows in leaps; too few images, in the distance between the two curves; no learning, in a flat line.",
        ],
    },
    accuracy_of(["entrenada", "trained"], 0.91),
];
