//! The live panel without a browser: when it measures, what it says, and its files.
mod knobs;

use super::files::Files;
use super::film::{Film, Still};
use super::guard::Guard;
use super::measure::Measurer;
use super::painter::Painter;
use super::progress::{Order, Progress};
use super::shared::Shared;
use super::{LivePanel, page};
use super::{schedule::Schedule, status::line};
use crate::notebook::FOLDER;
use crate::panel::{History, State};
use crate::words;
use crate::{
    GradientDescentOptimizer, NONE, Session, feed, language::Language, log, matmul, mnist::DataSet, placeholder,
    reduce_mean, reshape, softmax, variable, zeros,
};
use std::path::PathBuf;
use std::time::{Duration, Instant};
use std::{env, fs, thread};

#[test]
fn a_run_goes_on_to_the_next_multiple() {
    let ends = |first, length| (Schedule::new(first, length).first, Schedule::new(first, length).last);
    assert_eq!([ends(0, 5000), ends(2141, 5000), ends(5000, 5000)], [(0, 5000), (2141, 5000), (5000, 5000)]);
    assert_eq!([ends(5001, 5000), ends(0, 0), ends(7, 0), ends(0, 1)], [(5001, 10_000), (0, 0), (7, 7), (0, 1)]);
}

#[test]
fn a_run_is_measured_often_enough_and_not_too_often() {
    for length in (1..300).chain([600, 1000, 2000, 4999, 5000, 10_000, 77_777, 200_000]) {
        let schedule = Schedule::new(0, length);
        let count = |chosen: &dyn Fn(usize) -> bool| (0..=length).filter(|&step| chosen(step)).count();
        let (training, test) = (count(&|s| schedule.training(s)), count(&|s| schedule.test(s)));
        let printed = count(&|s| schedule.printed(s));
        assert!((length.min(200)..=700).contains(&training), "{length}: {training} batches");
        let least = if length > 100 { 8 } else { 5 };
        assert!((length.min(least)..=35).contains(&test), "{length}: {test} tests");
        assert!((2..=12).contains(&printed), "{length}: {printed} lines");
        assert!((0..=length).all(|s| schedule.test(s) || !schedule.printed(s)), "what is told was measured");
        assert!(schedule.training(0) && schedule.test(0) && schedule.training(length) && schedule.test(length));
    }
    let tested: Vec<usize> = (0..=1000).filter(|&step| Schedule::new(0, 5000).test(step)).collect();
    assert_eq!(tested, [0, 10, 20, 50, 100, 200, 250, 500, 750, 1000]);
}

#[test]
fn a_line_tells_a_step() {
    let mut progress = Progress::default();
    let history = &mut progress.record.history;
    history.training(500, 0.94, 30.12);
    history.test(500, 0.9123, 31.8);
    history.training(510, None, f32::NAN);
    history.test(520, 0.5, 100.0);
    let schedule = Schedule::new(0, 10_000);
    let tell = |step, language| line(&progress, &schedule, step, language);
    assert_eq!(
        tell(500, Language::Spanish),
        "paso    500 de 10\u{202F}000: precisión 91.2\u{A0}% (lote 94.0\u{A0}%); entropía 31.8 (lote 30.1)"
    );
    assert_eq!(tell(510, Language::English), "step    510 of 10,000: loss (batch) NaN");
    assert_eq!(tell(520, Language::English), "step    520 of 10,000: accuracy 50.0%; loss 100.0");
}

#[test]
fn one_second_is_left_in_the_singular() {
    let left = Language::Spanish.words::<words::Live>().time_left;
    assert_eq!([left("1 s"), left("2 s"), left("1.5 h")], [", queda 1 s", ", quedan 2 s", ", quedan 1.5 h"]);
}

/// A folder that is gone at the end.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Folder {
        let folder = env::temp_dir().join(format!("digitos-{name}-{}", std::process::id()));
        let _ = fs::remove_dir_all(&folder);
        fs::create_dir_all(&folder).unwrap();
        Folder(folder)
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn orders_are_read_once_and_only_whole() {
    let folder = Folder::new("orders");
    let files = Files::new(&folder.0);
    files.prepare().unwrap();
    assert_eq!(fs::read_to_string(files.folder().join(".gitignore")).unwrap(), "*\n");
    assert_eq!(files.order(), None);
    for (text, order) in [("pause", Order::Pause), ("go\n", Order::Go), ("stop", Order::Stop)] {
        fs::write(files.path("txt"), text).unwrap();
        assert_eq!((files.order(), files.order()), (Some(order), None));
    }
    for text in ["", "sto", "rm -rf"] {
        fs::write(files.path("txt"), text).unwrap();
        assert_eq!(files.order(), None, "{text}");
    }
    thread::sleep(Duration::from_millis(1));
    assert_ne!(files.id, Files::new(&folder.0).id, "two panels in one folder have files of their own");
}

#[test]
fn a_deleted_folder_comes_back_and_old_files_of_panels_go() {
    let folder = Folder::new("deleted");
    let files = Files::new(&folder.0);
    files.prepare().unwrap();
    fs::remove_dir_all(files.folder()).unwrap();
    files.write("svg", "<svg/>").unwrap();
    assert_eq!(fs::read_to_string(files.path("svg")).unwrap(), "<svg/>");
    let old = |name: &str| {
        let path = files.folder().join(name);
        let file = fs::File::create(&path).unwrap();
        file.set_modified(std::time::SystemTime::now() - Duration::from_secs(2 * 24 * 3600)).unwrap();
        path
    };
    let left = [Files::new(&folder.0).path("svg"), Files::new(&folder.0).path("json")];
    let left = left.map(|path| old(path.file_name().unwrap().to_str().unwrap()));
    let own = ["my-best.svg", "notes.txt", "12.json"].map(old);
    files.prepare().unwrap();
    assert!(left.iter().all(|path| !path.exists()) && files.path("svg").exists());
    assert!(own.iter().all(|path| path.exists()), "what somebody else has put there stays");
    files.remove();
    assert_eq!(fs::read_dir(files.folder()).unwrap().count(), 1 + own.len(), "the .gitignore");
}

#[test]
fn the_page_has_the_picture_and_all_words() {
    let files = Files::new(&PathBuf::from("/somewhere"));
    for (language, words) in [(Language::Spanish, ["Pausar", "Detener"]), (Language::English, ["Pause", "Stop"])] {
        let html = page::html(&files, language, None);
        assert!(
            html.contains(&format!("<a hidden href=\"digitos_live/{}.svg\"></a>", files.id)),
            "and Tab skips the link"
        );
        assert!(words.iter().all(|word| html.contains(&format!(":\"{word}\""))));
        for word in html.split("words.").skip(1).map(|rest| rest.split(|c: char| !c.is_alphabetic()).next().unwrap()) {
            assert!(html.contains(&format!("{word}:\"")), "the script's word {word}");
        }
    }
}

/// A small net on blank digits, whose step takes no time.
struct Lesson {
    set: DataSet,
    x: crate::Tensor,
    y_: crate::Tensor,
    step: crate::Step,
    sess: Session,
    panel: LivePanel,
}

impl Lesson {
    fn new() -> Lesson {
        let labels: Vec<u8> = (0..50).map(|i| i % 10).collect();
        let set = DataSet::new(ndarray::Array4::from_elem((50, 28, 28, 1), 9), &labels).unwrap();
        let (x, y_) = (placeholder([NONE, 28, 28, 1]), placeholder([NONE, 10]));
        let y = softmax(matmul(reshape(x, [-1, 784]), variable(zeros([784, 10]))) + variable(zeros([10])));
        let loss = -reduce_mean(y_ * log(y)) * 1000.0;
        let step = GradientDescentOptimizer::new(0.003).minimize(loss);
        let mut sess = Session::new().threads(1);
        sess.initialize(step).unwrap();
        Lesson { set, x, y_, step, sess, panel: LivePanel::new("es", y, loss).unwrap() }
    }

    /// Trains and returns the steps it went through.
    fn train(&mut self, steps: usize) -> Vec<usize> {
        let Lesson { set, x, y_, step, sess, panel } = self;
        let mut done = Vec::new();
        for i in panel.steps(sess, steps) {
            done.push(i);
            panel.training(sess, feed! { *x => set.images, *y_ => set.labels }).unwrap();
            panel.test(sess, feed! { *x => set.images, *y_ => set.labels }).unwrap();
            sess.run(*step, feed! { *x => set.images, *y_ => set.labels }).unwrap();
        }
        done
    }

    fn file(&self, ending: &str) -> PathBuf {
        self.panel.files.as_ref().unwrap().path(ending)
    }
}

fn until(what: &str, mut holds: impl FnMut() -> bool) {
    let start = Instant::now();
    while !holds() {
        assert!(start.elapsed() < Duration::from_secs(20), "waited in vain: {what}");
        thread::sleep(Duration::from_millis(5));
    }
}

#[test]
fn who_follows_a_panel_gets_the_newest_weights_however_late() {
    let (mut lesson, mut other) = (Lesson::new(), Lesson::new());
    let shared = lesson.panel.followed().upgrade().unwrap();
    lesson.train(30);
    other.train(29); // the network that the last step of the other has looked at
    let newest = shared.lock().newest.take().unwrap();
    let expected = other.sess.copy_variables(&other.panel.net.fetch(true, false)).unwrap();
    assert!(expected[0].1.iter().any(|weight| *weight != 0.0));
    assert!(newest.iter().zip(&expected).all(|((_, newest), (_, expected))| **newest == **expected));
}

#[test]
fn the_page_pauses_and_stops_a_loop_that_then_goes_on() {
    let folder = Folder::new("page");
    let mut lesson = Lesson::new();
    let html = lesson.panel.html_in(&folder.0);
    assert!(html.contains("<script>") && html.contains("Detener"));
    let (picture, status, order) = (lesson.file("svg"), lesson.file("json"), lesson.file("txt"));
    let says = move |text: &str| fs::read_to_string(&status).is_ok_and(|status| status.contains(text));
    until("the first picture", || says("\"busy\":false") && says("Ejecuta la celda") && picture.exists());

    let student = thread::spawn(move || {
        until("training", || says("\"busy\":true"));
        fs::write(&order, "pause").unwrap();
        until("the pause", || says("\"paused\":true") && says("La celda espera en el paso"));
        fs::remove_dir_all(picture.parent().unwrap()).unwrap();
        until("the files are back", || says("\"paused\":true"));
        fs::write(&order, "go").unwrap();
        until("training again", || says("\"paused\":false"));
        until("a new picture", || picture.exists());
        fs::write(&order, "stop").unwrap();
        until("the end", || says("Detenido en el paso"));
    });
    let first = lesson.train(usize::MAX / 2);
    student.join().unwrap();
    assert_eq!(lesson.sess.trained(lesson.panel.net.loss), first.len(), "Stop ends the loop between two steps");
    assert!(lesson.panel.figure().unwrap().svg().contains(">Detenido<"));

    fs::create_dir_all(lesson.file("txt").parent().unwrap()).unwrap();
    fs::write(lesson.file("txt"), "stop").unwrap();
    let second = lesson.train(first.len() + 3);
    assert_eq!(second, (first.len()..=first.len() + 3).collect::<Vec<_>>(), "it goes on; an old order is forgotten");
    assert!(lesson.panel.figure().unwrap().svg().contains(">Terminado<"));
    let folder = lesson.file("svg").parent().unwrap().to_path_buf();
    drop(lesson);
    assert_eq!(fs::read_dir(folder).unwrap().count(), 1, "only the .gitignore stays");
}

#[test]
fn the_run_before_stays_as_a_pale_line_behind_the_next_one() {
    let figure = |lesson: &Lesson| lesson.panel.figure().unwrap().svg().to_string();
    let ghosts = |svg: &str| svg.matches(">antes</text>").count();
    let mut lesson = Lesson::new();
    lesson.train(30);
    let first = figure(&lesson);
    lesson.train(60);
    assert_eq!((ghosts(&first), ghosts(&figure(&lesson))), (0, 0), "a run that goes on has none before it");
    lesson.sess.initialize(lesson.step).unwrap();
    lesson.train(30);
    assert_eq!(ghosts(&figure(&lesson)), 2, "accuracy and loss");
    lesson.sess.initialize(lesson.step).unwrap();
    lesson.panel.steps(&lesson.sess, 30).take(1).for_each(drop);
    lesson.train(30);
    let before = lesson.panel.shared.lock().before.clone().unwrap();
    assert_eq!(before.last_step(), 30, "an attempt that made no step is not the run before");
    let mut again = Lesson::new();
    again.train(30);
    assert_eq!(figure(&again), first, "without a run before, the same picture byte for byte");
}

/// As in WebAssembly: the page's orders come between two steps, while the loop rests.
#[test]
fn without_threads_the_panel_is_measured_and_drawn_between_the_steps_and_ends_with_the_same_picture() {
    let (folder, mut lesson, mut usual) = (Folder::new("turns"), Lesson::new(), Lesson::new());
    lesson.panel.html_in(&folder.0);
    let (files, shared) = (lesson.panel.files.clone().unwrap(), lesson.panel.shared.clone());
    lesson.panel.measuring = true;
    shared.work_in_turns(Box::new(Measurer::new(lesson.panel.net.clone())));
    shared.work_in_turns(Box::new(Painter::new(files.clone(), Language::Spanish)));

    let Lesson { set, x, y_, step, sess, panel } = &mut lesson;
    for i in panel.steps(sess, 50) {
        panel.training(sess, feed! { *x => set.images, *y_ => set.labels }).unwrap();
        panel.test(sess, feed! { *x => set.images, *y_ => set.labels }).unwrap();
        sess.run(*step, feed! { *x => set.images, *y_ => set.labels }).unwrap();
        if i == 20 {
            for (order, state) in [("pause", State::Paused), ("go", State::Training)] {
                fs::write(files.path("txt"), order).unwrap();
                until(order, || {
                    super::work_without_threads();
                    shared.lock().state == state
                });
            }
        }
    }
    assert!(
        fs::read_to_string(files.path("svg")).unwrap().contains(">Terminado<"),
        "the last picture is not forgotten"
    );
    assert_eq!(usual.train(50).len(), 51);
    assert_eq!(lesson.panel.figure().unwrap(), usual.panel.figure().unwrap());
}

#[test]
fn a_folder_that_cannot_be_written_to_is_said_and_training_goes_on() {
    let folder = Folder::new("readonly");
    fs::write(folder.0.join(FOLDER), "a file in the way").unwrap();
    let mut lesson = Lesson::new();
    let html = lesson.panel.html_in(&folder.0);
    assert!(html.contains("no se puede escribir") && !html.contains("<script>"), "{html}");
    assert_eq!(lesson.train(3), [0, 1, 2, 3]);
    assert!(lesson.panel.figure().unwrap().svg().contains(">Terminado<"));
}

#[test]
fn steps_that_outlive_their_panel_end() {
    let mut lesson = Lesson::new();
    let steps = lesson.panel.steps(&lesson.sess, 3);
    drop(lesson.panel);
    assert_eq!(steps.count(), 4);
}

#[test]
fn steps_end_when_the_panel_is_asked_for_steps_again() {
    let mut lesson = Lesson::new();
    let mut first = lesson.panel.steps(&lesson.sess, 3);
    assert_eq!(first.next(), Some(0));
    let mut second = lesson.panel.steps(&lesson.sess, 3);
    assert_eq!((second.next(), first.next()), (Some(0), None));
    drop(first);
    let Lesson { set, x, y_, sess, panel, .. } = &mut lesson;
    panel.training(sess, feed! { *x => set.images, *y_ => set.labels }).unwrap();
    assert!(panel.figure().unwrap().svg().contains(">Entrenando<"), "not interrupted by the end of the first");
}

#[test]
fn a_pause_ends_with_its_panel() {
    let mut lesson = Lesson::new();
    let mut steps = lesson.panel.steps(&lesson.sess, 3);
    assert_eq!(steps.next(), Some(0));
    lesson.panel.shared.lock().order = Order::Pause;
    let shared = lesson.panel.shared.clone();
    let waiting = thread::spawn(move || steps.count());
    until("the pause", || shared.lock().state == State::Paused);
    drop(lesson.panel);
    assert_eq!(waiting.join().unwrap(), 3);
}

#[test]
fn no_steps_and_steps_without_end_are_steps_too() {
    let mut lesson = Lesson::new();
    assert_eq!(lesson.train(0), [0]);
    assert_eq!(lesson.train(0), [1], "at least one, from where training stands");
    let steps: Vec<usize> = lesson.panel.steps(&lesson.sess, usize::MAX).take(3).collect();
    assert_eq!(steps, [2, 3, 4]);
    assert!(lesson.panel.figure().unwrap().svg().contains(">Interrumpido<"));
}

/// Its digits are some MB.
#[test]
fn stills_are_kept_where_a_film_can_be_made_of_them() {
    let mut lesson = Lesson::new();
    lesson.train(50);
    let progress = lesson.panel.shared.lock();
    assert_eq!(progress.record.film.stills.is_empty(), !cfg!(feature = "movie"));
}

#[test]
fn the_last_state_is_kept_and_training_goes_on_from_it_as_if_nothing_had_happened() {
    let folder = Folder::new("last");
    let file = folder.0.join("below/last.safetensors");
    let (mut usual, mut kept, mut later) = (Lesson::new(), Lesson::new(), Lesson::new());
    kept.panel.last = Some(file.clone());
    for lesson in [&mut usual, &mut kept] {
        lesson.train(30);
    }
    until("the state", || file.exists());
    later.sess.load(&file, later.step).unwrap();
    assert_eq!(later.sess.trained(later.panel.net.loss), 30, "what the last step but one has left");
    assert_eq!(later.train(30), [30]);
    let weights = |lesson: &mut Lesson| {
        let variables = lesson.panel.net.loss.variables();
        lesson.sess.run(variables, []).unwrap()
    };
    let expected = weights(&mut usual);
    assert_eq!(weights(&mut kept), expected, "keeping changes nothing");
    assert_eq!(weights(&mut later), expected);

    let written = fs::metadata(&file).unwrap().modified().unwrap();
    kept.train(60);
    thread::sleep(Duration::from_millis(200));
    assert_eq!(fs::metadata(&file).unwrap().modified().unwrap(), written, "at most once in ten seconds");
}

#[test]
fn a_guard_stops_the_loop_when_the_relay_asks_for_it() {
    let folder = Folder::new("guard");
    let mut lesson = Lesson::new();
    let guard = Guard { file: folder.0.join("last.safetensors"), relay: Some(folder.0.clone()) };
    let thread = lesson.panel.shared.begin("guards", guard);
    lesson.panel.threads.extend(thread);
    let order = folder.0.join("stop");
    let relay = thread::spawn(move || {
        thread::sleep(Duration::from_millis(300));
        fs::write(&order, "").unwrap();
        until("the order is taken", || !order.exists());
    });
    lesson.train(usize::MAX / 2);
    relay.join().unwrap();
    assert!(lesson.panel.figure().unwrap().svg().contains(">Detenido<"));
}

#[test]
fn a_panel_is_dropped_while_it_measures() {
    let mut lesson = Lesson::new();
    let mut steps = lesson.panel.steps(&lesson.sess, 500);
    let Lesson { set, x, y_, sess, panel, .. } = &mut lesson;
    for _ in steps.by_ref().take(40) {
        panel.training(sess, feed! { *x => set.images, *y_ => set.labels }).unwrap();
    }
    let shared = std::sync::Arc::downgrade(&panel.shared);
    drop(lesson);
    assert_eq!(shared.strong_count(), 1, "only the steps are left, and no thread");
    drop(steps);
}

#[test]
fn a_slow_measurement_holds_training_but_forgets_nothing() {
    let mut lesson = Lesson::new();
    lesson.train(300);
    let history = lesson.panel.history();
    assert_eq!((history.training.points().len(), history.last_step()), (301, 300));
}

#[test]
fn slow_motion_lets_the_first_steps_be_seen() {
    let slow: Vec<usize> = (0..5000).filter(|&step| Schedule::is_shown_slowly(step)).collect();
    assert_eq!(slow, [0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 20, 30, 40, 50, 60, 70, 80, 90, 100, 200, 300, 400, 500]);
    let shared = Shared::default();
    let lingers = |step: usize, order: Order| {
        shared.lock().begin(Schedule::new(0, 5000));
        let mut progress = shared.lock();
        (progress.slow_motion, progress.step, progress.order) = (step <= 500, Some(step), order);
        drop(progress);
        let start = Instant::now();
        shared.linger();
        (start.elapsed() > Duration::from_millis(200), shared.lock().slow_motion)
    };
    assert_eq!(lingers(3, Order::Go), (true, true));
    assert_eq!(lingers(3, Order::Stop), (false, true), "the buttons work");
    assert_eq!(lingers(11, Order::Go), (false, true));
    assert_eq!(lingers(500, Order::Go), (true, false), "then it is over");
    assert_eq!(lingers(600, Order::Go), (false, false));
    assert!(shared.lock().clock.elapsed() < Duration::from_millis(150), "lingering is not training");
}

#[test]
fn a_bell_wakes_who_waits_for_a_pause_to_end() {
    let shared = std::sync::Arc::new(Shared::default());
    shared.lock().order = Order::Pause;
    let waiting = {
        let shared = shared.clone();
        thread::spawn(move || shared.wait_while_paused())
    };
    until("the pause", || shared.lock().state == State::Paused);
    shared.lock().order = Order::Stop;
    shared.wake();
    assert_eq!(waiting.join().unwrap(), Order::Stop);
}

#[test]
fn a_film_has_the_beginning_and_evenly_chosen_stills() {
    let (mut film, mut history) = (Film::default(), History::new());
    for step in 0..1000 {
        film.add(Still { step, epoch: None, training: None, test: None });
        history.test(step, 0.5, 1.0);
    }
    let steps: Vec<usize> = film.stills.iter().map(|still| still.step).collect();
    assert_eq!(steps, (0..1000).step_by(8).collect::<Vec<_>>());
    assert_eq!((history.until(40).last_step(), history.last_step()), (40, 999));
    film.add(Still { step: 8, epoch: None, training: None, test: None });
    assert!(film.stills.iter().all(|still| still.step <= 8), "begun again from there");
}
