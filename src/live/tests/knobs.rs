//! Knobs, and the single steps of a paused loop.
use super::*;

/// What the page leaves when a slider is moved.
fn turn(lesson: &Lesson, text: &str) {
    lesson.panel.shared.lock().want(text);
}

#[test]
fn a_knob_turns_between_two_steps_and_each_turn_has_its_step() {
    let mut lesson = Lesson::new();
    let rate = lesson.panel.knob("rate", 0.003, 0.0001..=0.1).unwrap();
    let changes = |lesson: &Lesson| -> Vec<(usize, f32, f32)> {
        lesson.panel.history().changes.iter().map(|change| (change.step, change.from, change.to)).collect()
    };
    turn(&lesson, "0 0 0.005");
    assert_eq!(rate.value(), 0.005, "before a run it turns at once");
    let mut steps = lesson.panel.steps(&lesson.sess, 30);
    let mut fed = Vec::new();
    for step in steps.by_ref().take(5) {
        if step == 2 {
            turn(&lesson, "0 0 0.001");
        }
        fed.push(rate.value());
    }
    drop(steps);
    assert_eq!(fed, [0.005, 0.005, 0.005, 0.001, 0.001]);
    assert_eq!(changes(&lesson), [(3, 0.005, 0.001)]);
    turn(&lesson, "0 0 7");
    assert_eq!(rate.value(), 0.1, "no further than its range");
    for nonsense in ["0 0 NaN", "0 0 x", "", "0", "0 0"] {
        turn(&lesson, nonsense);
        assert_eq!(rate.value(), 0.1, "{nonsense}");
    }
    lesson.panel.steps(&lesson.sess, 30).take(2).for_each(drop);
    assert_eq!(changes(&lesson), [], "a run that begins anew begins with where it stands");
    let same = lesson.panel.knob("rate", 1, 0..=2).unwrap();
    assert_eq!((same.value(), lesson.panel.shared.lock().knobs.len()), (1.0, 1), "it takes the place of the first");
}

#[test]
fn a_knob_keeps_its_place_when_a_stopped_run_goes_on() {
    let mut lesson = Lesson::new();
    let rate = lesson.panel.knob("rate", 0.003, 0.0001..=0.1).unwrap();
    lesson.train(10);
    turn(&lesson, "0 0 0.01");
    lesson.train(20);
    assert_eq!(rate.value(), 0.01);
    let history = lesson.panel.history();
    let change = &history.changes[..];
    assert!(matches!(change, [one] if (one.step, one.from, one.to) == (11, 0.003, 0.01)), "{change:?}");
    lesson.panel.shared.lock().begin(Schedule::new(11, 20)); // the same step is tried again
    lesson.panel.shared.lock().advance(11);
    assert_eq!(lesson.panel.history().changes.len(), 1, "and the knob was turned there all the same");
}

#[test]
fn a_knob_that_nobody_turns_changes_nothing() {
    let (mut plain, mut turned) = (Lesson::new(), Lesson::new());
    let _ = turned.panel.knob("rate", 0.003, 0.0001..=0.1).unwrap();
    plain.train(50);
    turned.train(50);
    assert_eq!(plain.panel.figure().unwrap(), turned.panel.figure().unwrap());
}

#[test]
fn a_knob_that_cannot_turn_is_refused() {
    let panel = Lesson::new().panel;
    let refused = |knob: Result<crate::live::Knob, crate::Error>| knob.err().unwrap().to_string();
    let text = refused(panel.knob("rate", 0.5, 0.0001..=0.1));
    assert!(text.starts_with("panel.knob(\"rate\", 0.5, 0.0001..=0.1): a knob has a name"), "{text}");
    for (start, low, high) in
        [(1.0, 1.0, 1.0), (1.0, 2.0, 0.0), (0.0, 0.0, f32::INFINITY), (f32::NAN, 0.0, 1.0), (0.0, f32::MIN, f32::MAX)]
    {
        refused(panel.knob("rate", start, low..=high));
    }
    refused(panel.knob(" ", 0.5, 0.0..=1.0));
}

#[test]
fn the_page_makes_single_steps_of_a_paused_loop_and_turns_its_knobs() {
    let folder = Folder::new("single");
    let mut lesson = Lesson::new();
    let rate = lesson.panel.knob("a \"rate\"", 0.003, 0.0001..=0.1).unwrap();
    lesson.panel.html_in(&folder.0);
    let [picture, status, order, view] = ["svg", "json", "txt", "view"].map(|ending| lesson.file(ending));
    let says = move |text: &str| fs::read_to_string(&status).is_ok_and(|status| status.contains(text));
    let shows = move |text: &str| fs::read_to_string(&picture).is_ok_and(|svg| svg.contains(text));
    let shared = lesson.panel.shared.clone();
    let (seen, seen_picture, ordered, viewed) = (says.clone(), shows.clone(), order.clone(), view.clone());
    let student = thread::spawn(move || {
        until("training", || seen("\"busy\":true"));
        fs::write(&ordered, "step").unwrap();
        thread::sleep(Duration::from_millis(300));
        assert!(seen("\"paused\":false"), "a loop that runs makes no single step");
        fs::write(&ordered, "pause").unwrap();
        until("the pause", || seen("\"paused\":true"));
        let step = || shared.lock().step.unwrap();
        let first = step();
        fs::write(&viewed, "0 0 0.0").unwrap(); // not yet whole
        thread::sleep(Duration::from_millis(200));
        fs::write(&viewed, "1 4 0.0003\n").unwrap();
        until("the loss alone", || {
            seen(
                "\"view\":[1,4],\"knobs\":[{\"name\":\"a \\\"rate\\\"\",\"low\":0.0001,\"high\":0.1,\"value\":0.0003}]",
            )
        });
        until("its picture", || seen_picture("viewBox=\"0 0 480 320\""));
        for i in 1..=3 {
            fs::write(&ordered, "step").unwrap();
            until("a step", || step() == first + i);
            until("its measurement", || shared.lock().live.history.last_step() == first + i);
            thread::sleep(Duration::from_millis(100));
            assert_eq!((step(), shared.lock().state), (first + i, State::Paused));
        }
        fs::write(&ordered, "stop").unwrap();
        first
    });
    let done = lesson.train(usize::MAX / 2);
    let first = student.join().unwrap();
    assert_eq!(*done.last().unwrap(), first + 3);
    assert_eq!(lesson.panel.history().changes[0].step, first + 1, "the step after the pause is the first with it");
    assert_eq!(rate.value(), 0.0003);

    fs::write(&view, "0 0 0.05\n").unwrap();
    until("the whole picture after the end", || says("\"view\":[0,0]") && shows(">Detenido<"));
    assert_eq!(rate.value(), 0.05);
}
