use super::texts::texts;
use super::*;
use crate::mnist::read_data_sets;
use ndarray::{ArrayD, array};
use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// Whether the answer is right, in both languages alike, and what is said in English.
fn said(name: &str, answer: impl Answer) -> (bool, String) {
    let judged = |language| {
        let exercise = find(language, name)?;
        judge(language, exercise, &answer.given(), 0).map_err(|wrong| wrong.said)
    };
    let [spanish, english] = LANGUAGES.map(judged);
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

/// A network that reads so many of the test digits right.
fn network(right: usize) -> Examined {
    Examined { right, images: 10_000 }
}

#[test]
fn solutions_are_right() {
    assert!(right("parametros", 7850) && right("parameters", 7850.0));
    assert!(right("sin_ceros", 0.126) && right("neurona", 2.0) && right("forma", [100, 10]));
    assert!(right("softmax", [0.09, 0.2447, 0.6652]) && right("softmax", vec![0.09_f32, 0.24, 0.67]));
    assert!(
        right("orden", [false, true, false])
            && right("verdades", [true, false, true])
            && right("one_hot", [0, 0, 0, 0, 0, 0, 0, 1, 0, 0])
    );
    assert!(right("entropia_imagen", 1.3863) && right("entropia_inicial", 230.2585_f32) && right("precision", 0.6));
    assert!(right("paso", 0.38) && right("pasos_por_epoca", 240_usize) && right("epocas", 25));
    assert!(right("capa_oculta", network(9_550)) && right("cinco_capas", 185_300) && right("pendiente", 256));
    assert!(right("mi_relu", [0.0, 0.0, 0.0, 0.5, 2.0]) && right("desborda", 89) && right("tasa", 0.0005));
    assert!(
        right("dropout", 2.5) && right("filtro", 3) && right("pesos_filtros", 1812) && right("mirar", network(9_750))
    );
    assert!(right("tamano", 7 * 7 * 24) && right("normalizar", [-1.069, -0.5345, 0.0, 1.6036]));
    assert!(
        right("sesgo_inutil", [true, true, false]) && right("media_movil", 0.6) && right("normalizada", network(9_800))
    );
    assert!(right("memoria", [true, false, true]) && right("sharing", [false, true, false]));
    assert!(right("preguntas_1a", "bdacdbcdac") && right("questions_1b", "c a d b c b d a c d"));
    assert!(
        right("questions_2", "BDCCACDBAB") && right("preguntas_2b", ["c", "b", "a", "a", "d", "c", "b", "a", "d", "b"])
    );
    assert!(right("preguntas_3", "bcdacdbacb") && right("questions_4", "bbcadcbacb"));
    assert!(right("paso_lento", [true, false, true]) && right("questions_5", "bcadbacbdc"));
    assert!(right("por_dentro", [false, true, true]) && right("field", 12) && right("preguntas_5b", "abcdbabcdb"));
    wrong("campo", 11, "two windows of `h1`");
    assert!(right("hacia_atras", [2.0, 0.5, 2.25, -3.0, -6.0, -4.5, -4.5, -9.0]));
    wrong("backward", [2.0, 0.5, 2.25, 3.0, 6.0, 4.5, 4.5, 9.0], "Look at the sign");
    assert!(right("diagnostico", "B, C, A") && right("diagnosis", ["b", "c", "a"]));
}

#[test]
fn the_gradient_is_that_of_the_real_digits() -> Result<(), crate::Error> {
    let first = read_data_sets("MNISTdata")?.train.labels.take(100);
    let mut gradient = [10.0_f32; 10];
    (0..100).for_each(|i| gradient[first.class(i)] -= 1.0);
    let asked = [2, 5, 7].map(|class| gradient[class]);
    let fetched: ArrayD<f32> = ndarray::Array1::from(asked.to_vec()).into_dyn();
    assert!(right("gradiente_b", &fetched) && right("gradiente_b", fetched.clone()) && right("gradient_b", &asked[..]));
    wrong("gradiente_b", &fetched * -1.0, "opposite sign");
    Ok(())
}

#[test]
fn an_untouched_cell_is_told_nothing_and_counts_as_no_attempt() {
    for exercise in exercises() {
        let name = name(exercise, Language::Spanish);
        for blank in [___.given(), [___; 3].given(), ().given(), "___".given()] {
            assert!(blank.is_blank() && !tell(Language::Spanish, name, &blank).right, "{name}");
        }
        assert_eq!(progress::missed(exercise), 0, "{name}");
    }
    assert!(!0.0.given().is_blank() && !right("neuron", 0.0), "zero is an answer");
}

#[test]
fn checks_count_what_is_done_and_help_more_the_second_time() {
    let [exercise] = ["parameters"].map(|name| find(Language::English, name).unwrap());
    let told = |missed| judge(Language::English, exercise, &1.given(), missed).unwrap_err().said;
    let more = text(Language::English, exercise.id, "more");
    assert!(more.is_none_or(|more| told(1).contains(more) && !told(0).contains(more)), "{}", told(1));
    assert!(check("parameters", 7850).right && comprobar("parametros", 7850).right);
    let lesson =
        progress::lessons().into_iter().find(|lesson| lesson.done.iter().any(|e| e.id == "parameters")).unwrap();
    let all = lesson.done.len() + lesson.left.len();
    assert!(count(Language::English, exercise).contains(&format!(" of {all})")));
}

#[test]
fn what_was_answered_outlasts_a_memory_that_goes_back() {
    check("accuracy", 0.6);
    let so_far = answers_so_far();
    let missed = so_far.lines().find(|line| line.starts_with("accuracy ")).expect("a line").to_owned();
    answered_before(&format!("{so_far}nothing 1 true\naccuracy x\n\u{fffd}"));
    assert!(answers_so_far().contains(&missed) && !answers_so_far().contains("nothing"));
}

#[test]
fn a_questionnaire_says_which_answers_to_think_about_again() {
    let quiz = Exercise { id: "parameters", expected: Expected::Quiz(|| "abc".into()) };
    let told = |answer: &str| judge(Language::English, &quiz, &answer.given(), 0);
    assert!(told("A b, c").is_ok());
    let wrong = told("abd").unwrap_err().said;
    assert!(wrong.contains("3. Not d.") && !wrong.contains("1.") && !wrong.contains("2."), "{wrong}");
    assert!(told("ab").unwrap_err().said.contains("3 letters"));
}

#[test]
fn a_network_is_examined_on_the_test_digits() -> Result<(), crate::Error> {
    use crate::prelude::*;
    let mnist = read_data_sets("MNISTdata")?;
    let x = placeholder([NONE, 28, 28, 1]);
    let means = {
        let y_ = placeholder([NONE, 10]);
        let sums = matmul(transpose(reshape(x, [-1, 784])), y_) / reduce_sum_axes(y_, [0]);
        Session::new().run(sums, feed! { x => mnist.train.images, y_ => mnist.train.labels })?
    };
    let y = matmul(reshape(x, [-1, 784]), &means) - reduce_sum_axes(square(&means), [0]) / 2.0;
    let mut sess = Session::new();
    let examined = examine(&mut sess, x, y, &mnist.test)?;
    assert!((examined.accuracy() - 0.8203).abs() < 1e-6, "the nearest mean image: {}", examined.accuracy());
    wrong("hidden_layer", examined, "gets 0.8203 and needs 0.95");
    wrong("hidden_layer", examine(&mut sess, x, y, &mnist.train)?, "was shown 60000");
    wrong("hidden_layer", 0.99, "A network handed over with examine was expected");
    let plain = ReadOptions::new().one_hot(false).read("MNISTdata")?;
    assert_eq!(examine(&mut sess, x, y, &plain.test)?, examined, "with labels that are not one-hot");
    let pixels = examine(&mut sess, x, x, &mnist.test).unwrap_err().to_string();
    assert!(pixels.contains("[10000, 28, 28, 1]") && pixels.contains("a row for each image"), "{pixels}");
    Ok(())
}

#[test]
fn nonsense_gets_a_sentence_of_its_own() {
    for exercise in exercises() {
        let name = name(exercise, Language::English);
        match exercise.expected {
            Expected::Numbers { values, .. } => {
                wrong(name, "siete", "this is a text");
                wrong(name, vec![1.0; values().len() + 1], "yours has");
                wrong(name, vec![f64::NAN; values().len()], "NaN");
                wrong(name, vec![f64::INFINITY; values().len()], "inf");
            }
            Expected::AtLeast(_) => {
                wrong(name, "0.95", "A network handed over with examine was expected, and this is a text");
                wrong(name, 0.999, "this is a number");
                wrong(name, network(5_000), "gets 0.5000");
            }
            Expected::Statements(truths) => {
                wrong(name, vec![true; truths().len() + 1], "yours has");
                wrong(name, vec![true; truths().len()], "Hint");
                wrong(name, vec![false; truths().len()], "Hint");
                wrong(name, "yes", "A list of true and false was expected");
            }
            Expected::Quiz(solution) => {
                wrong(name, "a", "letters in a row");
                wrong(name, &*"x".repeat(solution().len()), "1. Not x");
            }
            Expected::Letters(_) => {
                wrong(name, "AB", "3 letters");
                wrong(name, "CBA", "Hint");
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
        let Expected::Numbers { values, .. } = exercise.expected else { continue };
        let [solution] = values()[..] else { continue };
        let sentences = LANGUAGES.iter().flat_map(|&language| {
            let told = texts(language).filter(|(section, key, _)| *section == exercise.id && *key != "right");
            told.map(|(_, _, sentence)| sentence)
        });
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
            let told = text(Language::English, exercise.id, &format!("miss.{}", miss.key)).expect(miss.key);
            assert_eq!(said(name(exercise, Language::Spanish), (miss.values)()), (false, told.into()));
        }
    }
}

#[test]
fn an_unknown_name_lists_the_exercises() {
    wrong("parametro", 7850, "without_zeros, neuron, facts, parameters");
    let Err(spanish) = find(Language::Spanish, "parametro") else { panic!("there is none of that name") };
    assert!(
        spanish.contains("«parametro»") && spanish.contains("sin_ceros, neurona, verdades, parametros"),
        "{spanish}"
    );
}

#[test]
fn names_are_unique() {
    for language in LANGUAGES {
        let names: BTreeSet<_> = exercises().map(|exercise| name(exercise, language)).collect();
        assert_eq!(names.len(), exercises().count(), "{language:?}");
        // A name of another language is understood, so it must mean the same exercise.
        let meant = |asked| exercises().filter(|e| LANGUAGES.iter().any(|&l| name(e, l) == asked)).count();
        assert!(names.iter().all(|asked| meant(*asked) == 1), "{language:?}");
    }
}

/// What an exercise needs in the text of each language.
fn keys_of(exercise: &Exercise) -> Vec<String> {
    let keys: &[&str] = match exercise.expected {
        Expected::AtLeast(_) => &["name", "more"],
        Expected::Quiz(_) => &["name", "right", "hint"], // each wrong choice has its sentence
        _ => &["name", "right", "hint", "more"],
    };
    let misses = if let Expected::Numbers { misses, .. } = exercise.expected { misses } else { &[] };
    let told = misses.iter().map(|miss| format!("miss.{}", miss.key));
    // Spanish is the reference for what is said where not every exercise says something.
    let optional = texts(Language::Spanish).filter(|(section, key, _)| {
        let is_choice = || key.split_once('.').is_some_and(|(number, _)| number.parse::<usize>().is_ok());
        *section == exercise.id && matches!(exercise.expected, Expected::Quiz(_)) && is_choice()
    });
    keys.iter().map(ToString::to_string).chain(told).chain(optional.map(|(_, key, _)| key.into())).collect()
}

#[test]
fn every_language_has_every_sentence_once_and_no_other() {
    let exercises = exercises().flat_map(|e| keys_of(e).into_iter().map(|key| (e.id.to_string(), key)));
    let shared = ["right", "hint"].map(|key| ("every_network".into(), key.into()));
    // The code has no list of the sentences that belong to no exercise: Spanish is the reference.
    let sentences =
        texts(Language::Spanish).filter(|found| found.0 == "sentences").map(|found| (found.0.into(), found.1.into()));
    let expected: BTreeSet<(String, String)> = exercises.chain(shared).chain(sentences).collect();
    for language in LANGUAGES {
        let mut left = expected.clone();
        for (section, key, text) in texts(language) {
            let known = left.remove(&(section.into(), key.into()));
            assert!(known, "{language:?}: [{section}] {key} stands twice, or nothing says it");
            assert_eq!(text.trim(), text, "{language:?}: [{section}] {key}");
            assert!(!text.is_empty(), "{language:?}: [{section}] {key} is empty");
        }
        assert!(left.is_empty(), "{language:?} lacks {left:?}");
    }
}

#[test]
fn every_sentence_is_said_by_the_code() {
    let code = [include_str!("mod.rs"), include_str!("table.rs"), include_str!("answer.rs")].concat();
    for (section, key, _) in texts(Language::Spanish) {
        assert!(section != "sentences" || code.contains(&format!("\"{key}\"")), "nothing says {key}");
    }
}

#[test]
fn every_line_of_a_text_is_understood() {
    for language in LANGUAGES {
        let is_text = |line: &&str| !line.is_empty() && !line.starts_with('#') && !line.starts_with('[');
        let lines = texts::file(language).lines().filter(is_text).count();
        assert_eq!(lines, texts(language).count(), "{language:?}: each line is `key = text`");
    }
}

#[test]
fn the_braces_of_a_sentence_are_the_same_in_every_language() {
    let braces = |language| -> BTreeMap<&str, BTreeSet<String>> {
        let names = |text: &str| {
            text.split('{').skip(1).filter_map(|rest| Some(rest.split_once('}')?.0.to_lowercase())).collect()
        };
        texts(language).filter(|found| found.0 == "sentences").map(|(_, key, text)| (key, names(text))).collect()
    };
    for language in LANGUAGES {
        assert_eq!(braces(language), braces(Language::Spanish), "{language:?}");
    }
}

/// The exercises of each notebook of a language, in the order in which they are met.
fn asked_in(folder: &str, call: &str) -> BTreeMap<String, Vec<String>> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("notebooks").join(folder);
    let notebooks = fs::read_dir(folder).expect("notebooks").map(|entry| entry.expect("an entry").path());
    let lessons = notebooks.filter(|path| path.extension().is_some_and(|extension| extension == "ipynb"));
    let asked = |path: &Path| {
        let text = fs::read_to_string(path).expect("a notebook");
        let opening = format!("{call}(\\\"");
        let calls = text.split(&opening).skip(1).filter_map(|rest| rest.split_once("\\\""));
        calls.map(|(name, _)| name.to_string()).collect()
    };
    let lesson = |path: &Path| {
        let name = path.file_name().expect("a name").to_string_lossy().into_owned();
        name.split('_').next().unwrap_or_default().to_string()
    };
    lessons.map(|path| (lesson(&path), asked(&path))).collect()
}

#[test]
fn each_exercise_belongs_to_one_lesson_in_every_language() {
    for (language, folder, call) in [(Language::Spanish, "es", "comprobar"), (Language::English, "en", "check")] {
        let lessons = asked_in(folder, call);
        let asked: Vec<&str> = lessons.values().flatten().map(String::as_str).collect();
        let known: Vec<&str> = exercises().map(|exercise| name(exercise, language)).collect();
        assert_eq!(asked, known, "{language:?}: the table has the order of the lessons");
    }
}

#[test]
fn a_mark_says_exercise_result_answer_and_the_foreseen_mistakes_a_line_each() {
    let told = |name: &str, answer: &dyn Answer| {
        let given = answer.given();
        let judged = judge(Language::English, find(Language::English, name).unwrap(), &given, 0);
        marks::lines(name, &given, (!given.is_blank()).then_some(&judged))
    };
    assert_eq!(told("parameters", &7850), "parameters\nright\n7850");
    assert_eq!(told("parameters", &___), "parameters\nnone\n");
    let about_weights = "Those are the weights. Each neuron has one more number of its own.";
    assert_eq!(told("parameters", &7840), format!("parameters\nwrong\n7840\n{about_weights}"));
    assert_eq!(told("parameters", &"a\nb"), "parameters\nwrong\na b");
    assert_eq!(told("facts", &[true, false, true]), "facts\nright\n1, 0, 1");
}
