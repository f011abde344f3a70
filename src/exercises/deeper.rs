//! The exercises of lessons 2 to 4, as those of lesson 1 stand in [`table`](super::table).
use super::table::{Exercise, Expected, accuracy_of, miss, numbers};

/// The numbers between layers of these widths: a weight for each pair, and a bias for each neuron.
fn dense_layers(widths: &[i32]) -> f64 {
    let layers = widths.iter().zip(&widths[1..]);
    layers.map(|(inputs, neurons)| f64::from((inputs + 1) * neurons)).sum()
}

/// The lesson's batch of four, each number less its mean and divided by its standard deviation.
fn normalised(batch: [f64; 4]) -> Vec<f64> {
    let mean = batch.iter().sum::<f64>() / 4.0;
    let variance = batch.iter().map(|x| (x - mean) * (x - mean)).sum::<f64>() / 4.0;
    batch.iter().map(|x| (x - mean) / variance.sqrt()).collect()
}

const BATCH: [f64; 4] = [1.0, 2.0, 3.0, 6.0];

pub const EXERCISES: &[Exercise] = &[
    accuracy_of(["capa_oculta", "hidden_layer"], 0.95),
    Exercise {
        names: ["cinco_capas", "five_layers"],
        expected: numbers(
            || vec![dense_layers(&[784, 200, 100, 60, 30, 10])],
            0.0,
            &[
                miss(
                    || vec![dense_layers(&[784, 200, 100, 60, 30, 10]) - 400.0],
                    "Esos son los pesos. A cada neurona le falta un número suyo.",
                    "Those are the weights. Each neuron has one more number of its own.",
                ),
                miss(
                    || vec![7850.0],
                    "Esa es la red de la lección 1. Aquí cada capa tiene su cuenta.",
                    "That is the network of lesson 1. Here each layer has its own sum.",
                ),
            ],
        ),
        right: [
            "Casi todos están en la primera capa, la que mira los píxeles.",
            "Nearly all of them are in the first layer, the one that looks at the pixels.",
        ],
        hint: [
            "cada capa tiene entradas por neuronas pesos, y un sesgo por neurona; suma las cinco.",
            "each layer has inputs times neurons weights, and a bias per neuron; add up all five.",
        ],
    },
    Exercise {
        names: ["pendiente", "slope"],
        expected: numbers(
            || vec![4.0_f64.powi(4)],
            0.0,
            &[
                miss(
                    || vec![4.0],
                    "Eso es atravesando una sola sigmoide.",
                    "That is what passing a single sigmoid does.",
                ),
                miss(
                    || vec![16.0],
                    "Cada sigmoide multiplica, no suma: ¿cuántas veces seguidas?",
                    "Each sigmoid multiplies, it does not add: how many times in a row?",
                ),
                miss(
                    || vec![0.25_f64.powi(4)],
                    "Bien, pero al revés: ¿cuántas veces más pequeño es eso?",
                    "Good, but the other way round: how many times smaller is that?",
                ),
            ],
        ),
        right: [
            "Y eso en el mejor de los casos: lejos de 0.5 la pendiente es aún menor.",
            "And that at best: away from 0.5 the slope is smaller still.",
        ],
        hint: [
            "la pendiente máxima es 0.5 · 0.5; el gradiente se multiplica por ella en cada sigmoide.",
            "the largest slope is 0.5 · 0.5; the gradient is multiplied by it at each sigmoid.",
        ],
    },
    Exercise {
        names: ["mi_relu", "my_relu"],
        expected: numbers(
            || [-2.0_f64, -0.5, 0.0, 0.5, 2.0].map(|z| z.max(0.0)).to_vec(),
            1e-6,
            &[
                miss(
                    || vec![-2.0, -0.5, 0.0, 0.5, 2.0],
                    "Todavía deja pasar todo.",
                    "It still lets everything through.",
                ),
                miss(
                    || vec![-2.0, -0.5, 0.0, 0.0, 0.0],
                    "Corta justo lo que tendría que dejar pasar.",
                    "It cuts off just what it should let through.",
                ),
                miss(
                    || vec![2.0, 0.5, 0.0, 0.5, 2.0],
                    "Lo negativo no cambia de signo: se queda en 0.",
                    "What is negative does not change its sign: it becomes 0.",
                ),
            ],
        ),
        right: [
            "Dos trozos de recta y un doblez: no hace falta más.",
            "Two pieces of straight line and a bend: no more is needed.",
        ],
        hint: [
            "lo positivo sale como entró; lo negativo sale como 0. Un `if` basta.",
            "what is positive comes out as it went in; what is negative comes out as 0. An `if` will do.",
        ],
    },
    Exercise {
        names: ["desborda", "overflow"],
        expected: numbers(
            || vec![f64::from(f32::MAX).ln().ceil()],
            0.0,
            &[miss(
                || vec![f64::from(f32::MAX).ln().floor()],
                "Esa todavía cabe, por poco.",
                "That one still fits, just about.",
            )],
        ),
        right: [
            "Una red con pesos demasiado grandes llega ahí sin esfuerzo.",
            "A network with weights that are too large gets there without effort.",
        ],
        hint: [
            "busca el menor entero cuyo `exp()` ya se imprime como `inf`.",
            "look for the smallest whole number whose `exp()` is printed as `inf`.",
        ],
    },
    Exercise {
        names: ["tasa", "rate"],
        expected: numbers(
            || vec![0.0001 + 0.003 * (-1.0_f64).exp()],
            3e-5,
            &[
                miss(
                    || vec![0.003 * (-1.0_f64).exp()],
                    "Falta la tasa mínima, que se suma siempre.",
                    "The smallest rate is missing, which is always added.",
                ),
                miss(
                    || vec![0.0031],
                    "Esa es la del principio: pon el 2000 en la fórmula.",
                    "That is the one at the start: put the 2000 into the formula.",
                ),
            ],
        ),
        right: ["Menos de la mitad que al principio.", "Less than half of what it was at the start."],
        hint: [
            "la parte que cae está multiplicada por 0.368; la tasa mínima no cae.",
            "the part that falls is multiplied by 0.368; the smallest rate does not fall.",
        ],
    },
    Exercise {
        names: ["dropout", "dropout"],
        expected: numbers(
            || vec![1.0 / 0.4],
            0.005,
            &[
                miss(
                    || vec![0.4],
                    "Así la suma encogería dos veces: por los que faltan y por los que quedan.",
                    "That way the sum would shrink twice: for those that are gone and for those that are left.",
                ),
                miss(
                    || vec![1.0 / 0.6],
                    "0.6 es la parte que se apaga. ¿Cuál se queda?",
                    "0.6 is the share that is switched off. Which share is left?",
                ),
            ],
        ),
        right: ["La suma queda, de media, como antes.", "On average the sum stays as it was."],
        hint: [
            "quedan cuatro de cada diez y entre ellas tienen que sumar lo que sumaban las diez.",
            "four out of ten are left, and together they must make what the ten made.",
        ],
    },
    Exercise {
        names: ["filtro", "filter"],
        expected: numbers(
            || vec![3.0],
            0.0,
            &[
                miss(
                    || vec![-3.0],
                    "Mira los signos: arriba no hay tinta y abajo el peso es positivo.",
                    "Mind the signs: there is no ink at the top, and at the bottom the weight is positive.",
                ),
                miss(
                    || vec![6.0],
                    "La fila de en medio tiene tinta, pero sus pesos son 0.",
                    "The middle row has ink, but its weights are 0.",
                ),
            ],
        ),
        right: ["Ha encontrado el borde de arriba de un trazo.", "It has found the upper edge of a stroke."],
        hint: [
            "multiplica cada peso por el píxel que tiene debajo y suma los nueve productos.",
            "multiply each weight by the pixel beneath it and add up the nine products.",
        ],
    },
    Exercise {
        names: ["pesos_filtros", "filter_weights"],
        expected: numbers(
            || vec![f64::from((5 * 5 * 6 + 1) * 12)],
            0.0,
            &[
                miss(
                    || vec![f64::from(5 * 5 * 6 * 12)],
                    "Esos son los pesos. Cada canal que sale tiene además su sesgo.",
                    "Those are the weights. Each channel that comes out has a bias as well.",
                ),
                miss(
                    || vec![f64::from((5 * 5 + 1) * 12)],
                    "Cada filtro mira a la vez todos los canales que entran.",
                    "Each filter looks at all the channels that come in at once.",
                ),
            ],
        ),
        right: ["El tamaño de la imagen no aparece por ninguna parte.", "The size of the image appears nowhere."],
        hint: [
            "lado por lado por canales que entran, para cada canal que sale, y un sesgo por cada uno de estos.",
            "side times side times channels coming in, for each channel that goes out, and a bias for each of the latter.",
        ],
    },
    accuracy_of(["mirar", "look"], 0.972),
    Exercise {
        names: ["tamano", "size"],
        expected: numbers(
            || vec![f64::from(7 * 7 * 24)],
            0.0,
            &[
                miss(
                    || vec![f64::from(14 * 14 * 24)],
                    "Hay dos zancadas de 2: la imagen mengua dos veces.",
                    "There are two strides of 2: the image shrinks twice.",
                ),
                miss(
                    || vec![49.0],
                    "Eso es un solo canal. ¿Cuántos hay?",
                    "That is a single channel. How many are there?",
                ),
            ],
        ),
        right: [
            "Tantas entradas tendrá cada neurona de la capa densa.",
            "So many inputs each neuron of the dense layer will have.",
        ],
        hint: [
            "cada zancada de 2 deja la mitad de filas y la mitad de columnas; al final, multiplica por los canales.",
            "each stride of 2 leaves half the rows and half the columns; in the end, multiply by the channels.",
        ],
    },
    Exercise {
        names: ["normalizar", "normalise"],
        expected: numbers(
            || normalised(BATCH),
            0.01,
            &[
                miss(
                    || BATCH.to_vec(),
                    "Así salen como entraron: falta restar la media y dividir.",
                    "They come out as they went in: take the mean away, then divide.",
                ),
                miss(
                    || BATCH.map(|x| x - 3.0).to_vec(),
                    "La media ya es 0. Falta dividir por la desviación típica.",
                    "The mean is 0 by now. Dividing by the standard deviation is still to do.",
                ),
                miss(
                    || BATCH.map(|x| (x - 3.0) / 3.5).to_vec(),
                    "Has dividido por la varianza; la desviación típica es su raíz.",
                    "You divided by the variance; the standard deviation is its square root.",
                ),
            ],
        ),
        right: [
            "Media 0 y desviación 1, vengan de donde vengan los números.",
            "Mean 0 and deviation 1, wherever the numbers come from.",
        ],
        hint: [
            "primero la media; luego la varianza, que es la media de los cuadrados de lo que queda; luego su raíz.",
            "first the mean; then the variance, the mean of the squares of what is left; then its square root.",
        ],
    },
    Exercise {
        names: ["sesgo_inutil", "idle_bias"],
        expected: Expected::Truth(true),
        right: [
            "Lo que se suma a todos sube la media otro tanto, y la media se resta.",
            "What is added to all of them raises the mean by as much, and the mean is taken away.",
        ],
        hint: [
            "prueba con tres números: súmales 5 a los tres y vuelve a restar la media.",
            "try it with three numbers: add 5 to each and take the mean away again.",
        ],
    },
    Exercise {
        names: ["media_movil", "moving_average"],
        expected: numbers(
            || vec![0.9 * 0.5 + 0.1 * 1.5],
            1e-4,
            &[
                miss(
                    || vec![0.1 * 0.5 + 0.9 * 1.5],
                    "Al revés: lo que sabía pesa 0.9, y lo nuevo, el resto.",
                    "The other way round: what it knew weighs 0.9, and what is new the rest.",
                ),
                miss(
                    || vec![1.0],
                    "Esa es la media de los dos. Aquí lo que ya sabía pesa más.",
                    "That is the mean of the two. Here what it knew weighs more.",
                ),
            ],
        ),
        right: [
            "Se mueve un poco hacia lo nuevo, sin olvidar lo anterior.",
            "It moves a little towards what is new, and does not forget what was before.",
        ],
        hint: [
            "media nueva = 0.9 · media vieja + 0.1 · lo que dice este lote.",
            "new average = 0.9 · old average + 0.1 · what this batch says.",
        ],
    },
    accuracy_of(["normalizada", "normalised"], 0.97),
];
