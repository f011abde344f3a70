use super::*;
use crate::mnist::read_data_sets;
use ndarray::{ArrayD, array};

/// Whether the answer is right, in both languages alike, and what is said in English.
fn said(name: &str, answer: impl Answer) -> (bool, String) {
    let [spanish, english] = [0, 1].map(|language| judge(language, name, &answer.given()));
    assert_eq!(spanish.is_ok(), english.is_ok(), "{name}");
    (english.is_ok(), english.unwrap_or_else(|sentence| sentence))
}

fn right(name: &str, answer: impl Answer) -> bool {
    said(name, answer).0
}

fn wrong(name: &str, answer: impl Answer, sentence: &str) {
    let (right, said) = said(name, answer);
    assert!(!right && said.contains(sentence), "{name}: {said}");
}

#[test]
fn solutions_are_right() {
    assert!(right("parametros", 7850) && right("parameters", 7850.0));
    assert!(right("siempre_cero", 0.098) && right("neurona", 2.0) && right("forma", [100, 10]));
    assert!(right("softmax", [0.09, 0.2447, 0.6652]) && right("softmax", vec![0.09_f32, 0.24, 0.67]));
    assert!(right("orden", true) && right("one_hot", [0, 0, 0, 0, 0, 0, 0, 1, 0, 0]));
    assert!(right("entropia_imagen", 1.3863) && right("entropia_inicial", 230.2585_f32) && right("precision", 0.6));
    assert!(right("paso", 0.38) && right("pasos_por_epoca", 600_usize) && right("epocas", 8.33));
    assert!(right("capa_oculta", 0.955_f32) && right("cinco_capas", 185_300) && right("pendiente", 256));
    assert!(right("mi_relu", [0.0, 0.0, 0.0, 0.5, 2.0]) && right("desborda", 89) && right("tasa", 0.0012));
    assert!(right("dropout", 2.5) && right("filtro", 3) && right("pesos_filtros", 1812) && right("mirar", 0.975));
    assert!(right("tamano", 7 * 7 * 24) && right("normalizar", [-1.069, -0.5345, 0.0, 1.6036]));
    assert!(right("sesgo_inutil", true) && right("media_movil", 0.6) && right("normalizada", 0.98));
    assert!(right("diagnostico", "C, A, B") && right("diagnosis", ["c", "a", "b"]) && right("entrenada", 0.9219_f32));
}

#[test]
fn the_gradient_is_that_of_the_real_digits() -> Result<(), crate::Error> {
    let first = read_data_sets("MNISTdata")?.train.labels.take(100);
    let mut gradient = [10.0_f32; 10];
    (0..100).for_each(|i| gradient[first.class(i)] -= 1.0);
    let fetched: ArrayD<f32> = ndarray::Array1::from(gradient.to_vec()).into_dyn();
    assert!(
        right("gradiente_b", &fetched) && right("gradiente_b", fetched.clone()) && right("gradient_b", &gradient[..])
    );
    wrong("gradiente_b", &fetched * -1.0, "opposite sign");
    Ok(())
}

#[test]
fn no_exercise_is_satisfied_by_what_an_untouched_cell_holds() {
    for exercise in exercises() {
        let name = exercise.names[0];
        wrong(name, (), "missing");
        wrong(name, 0, "missing");
        wrong(name, "___", "missing");
        wrong(name, [0.0; 10], "missing");
        assert!(!right(name, false), "{name}");
    }
}

#[test]
fn nonsense_gets_a_sentence_of_its_own() {
    for exercise in exercises() {
        let name = exercise.names[1];
        match exercise.expected {
            Expected::Numbers { values, .. } => {
                wrong(name, "siete", "this is a text");
                wrong(name, vec![1.0; values().len() + 1], "yours has");
                wrong(name, vec![f64::NAN; values().len()], "NaN");
                wrong(name, vec![f64::INFINITY; values().len()], "inf");
            }
            Expected::AtLeast(_) => {
                wrong(name, "0.95", "A number was expected, and this is a text");
                wrong(name, 92, "share of 1");
                wrong(name, -1, "share of 1");
                wrong(name, f32::NAN, "NaN");
                wrong(name, 0.5, "is below");
            }
            Expected::Truth(_) => wrong(name, 1, "True or false was expected"),
            Expected::Letters(_) => {
                wrong(name, "AB", "3 letters");
                wrong(name, "CBA", "in their place: 1");
                wrong(name, 3, "A text in quotes was expected");
            }
        }
    }
}

/// Copied again for each number, two million of them would take hours.
#[test]
fn the_pixels_of_a_data_set_as_an_answer_are_refused_at_once() {
    wrong("parameters", ndarray::Array2::<f32>::ones((2000, 1000)), "yours has 2000000");
}

#[test]
fn a_near_miss_is_wrong_and_told_what_it_overlooked() {
    wrong("parametros", 7849, "Hint");
    wrong("parametros", 7840, "weights");
    wrong("forma", [10, 100], "order");
    wrong("forma", array![784, 10], "shape of W");
    wrong("softmax", [1.0, 2.72, 7.39], "divided");
    wrong("softmax", [0.09, 0.30, 0.61], "position 1");
    wrong("one_hot", [0, 0, 0, 0, 0, 0, 1, 0, 0, 0], "further");
    wrong("entropia_inicial", 2.303, "one image");
    wrong("entropia_inicial", 230.0, "Hint");
    wrong("paso", 0.62, "uphill");
}

/// A hint or a sentence about a near miss never holds the solution.
#[test]
fn hints_do_not_give_the_answer_away() {
    for exercise in exercises() {
        let Expected::Numbers { values, misses, .. } = exercise.expected else { continue };
        let [solution] = values()[..] else { continue };
        let sentences = misses.iter().flat_map(|miss| miss.sentence).chain(exercise.hint);
        for sentence in sentences {
            let told = sentence.split(|c: char| !c.is_ascii_digit() && c != '.');
            assert!(told.filter_map(|word| word.parse::<f64>().ok()).all(|n| n != solution), "{sentence}");
        }
    }
}

#[test]
fn every_miss_is_recognised_as_itself() {
    for exercise in exercises() {
        let Expected::Numbers { misses, .. } = exercise.expected else { continue };
        for miss in misses {
            assert_eq!(said(exercise.names[0], (miss.values)()), (false, miss.sentence[1].into()));
        }
    }
}

#[test]
fn an_unknown_name_lists_the_exercises() {
    wrong("parametro", 7850, "parameters, always_zero, neuron");
    let spanish = judge(0, "parametro", &1.given()).unwrap_err();
    assert!(spanish.contains("«parametro»") && spanish.contains("parametros, siempre_cero"), "{spanish}");
}

#[test]
fn names_are_unique() {
    let names: Vec<_> =
        exercises().flat_map(|e| if e.names[0] == e.names[1] { vec![e.names[0]] } else { e.names.to_vec() }).collect();
    let mut unique = names.clone();
    unique.sort_unstable();
    unique.dedup();
    assert_eq!(unique.len(), names.len());
}
