use crate::words::{English, panel::*};

impl English for Numbers {
    const ENGLISH: &'static Self = &Numbers { percent_sign: "%", separator: ",", grouped_from: 4 };
}

impl English for Terms {
    const ENGLISH: &'static Self = &Terms {
        accuracy: "Accuracy",
        accuracy_over_steps: "Accuracy over the steps",
        cross_entropy: "Cross entropy",
        cross_entropy_over_steps: "Cross entropy over the steps",
        training: "training",
        test: "test",
        mean: |value| format!("mean {value}"),
        steps: "steps",
        label: "label",
        sum: "sum",
        bias: "bias",
        misread_of: |misread, all| format!("{misread} of {all} digits misread"),
        at_step: |value, step| format!("{value} at step {step}"),
    };
}

impl English for Panel {
    const ENGLISH: &'static Self = &Panel {
        caption: |step| format!("What the network learns, step {step}"),

        step: "Step",
        of_steps: |total| format!("of {total}"),
        epoch: |number| format!("epoch {number}"),
        test_accuracy: "Accuracy on the test digits",
        training_accuracy: "Accuracy on the training digits",
        read_correctly: |right, all| format!("{right} of {all} read correctly"),
        on_test: "on the test digits",
        on_training: "on the training digits",

        waiting: "Waiting",
        running: "Training",
        finished: "Finished",
        paused: "Paused",
        stopped: "Stopped",
        interrupted: "Interrupted",
        values_are_kept: "All values are kept",
        steps_per_second: |speed| format!("{speed} {} per second", if speed == "1" { "step" } else { "steps" }),

        corners: ["left: what it is", "right: what the network says"],
        training_digits: "Training digits",
        no_training_digits: "None has been seen yet.",
        misread_of_batch: |misread, all| format!("{misread} of {all} misread"),

        test_digits: "Test digits",
        no_test_digits: "There are no test digits to show.",
        scale: |bottom| format!("The line marks the accuracy; the scale starts at {bottom}."),
        whole: "all of them, 0 to 100%",
        many_digits_per_cell: |each| format!("misread on top, others below; each cell stands for {each}"),
        misread_on_top: |misread| match misread {
            "0" => "none misread".into(),
            "1" => "on top, the misread one".into(),
            _ => format!("on top, the {misread} misread"),
        },
        right_below: |shown, right| match shown == right {
            true => format!("below, the {right} read correctly"),
            false => format!("below, {shown} of the {right} read correctly"),
        },

        before: "before",
        rate: "rate",
        what_accuracy_is: "the share of digits it reads correctly",
        what_cross_entropy_is: "the error that training reduces",

        weights: "Weights",
        biases: "Biases",
        activations: "Activations",
        shades: "the shades hold",
        all_values: "all",
        values_and_shades: |values| format!("{values} values; the shades hold"),
        layer: |number| format!("layer {number}"),
        maximum: "maximum",
        minimum: "minimum",
    };
}

impl English for Live {
    const ENGLISH: &'static Self = &Live {
        alternative: "What the network learns",
        panel_moves_here: "Here the panel moves while the network learns, in JupyterLab or in the lesson’s web page.",
        cannot_move: |folder, trouble| {
            format!(
                "The panel cannot move: {folder} cannot be written to ({trouble}). Training does not need it: its lines appear \
                 below its cell, and panel.figure() draws the result."
            )
        },
        pause: "Pause",
        go: "Resume",
        stop: "Stop",
        step: "Step",
        log: "log axis",
        keys: "Keys: 1 to 6 enlarge one picture, 0 shows all; space pauses and resumes; while paused, a full stop (.) makes one step; l changes the axis of the loss.",
        silent: "No news from the training for # s.",
        offline: "No connection to JupyterLab.",
        gone: "The panel’s file is not there: run this cell again.",
        unsent: "The command did not reach the kernel: ",

        waiting: "Run the cell that trains.",
        slow_motion: "The first steps, in slow motion.",
        paused: |step| format!("The cell waits at step {step}. Weights, biases and curves are kept."),
        stopped: |step| format!("Stopped at step {step}. Run the training cell again and it carries on from there."),
        finished: "Finished. If you run the training cell again, the network keeps learning.",
        interrupted: |step| format!("The loop ended early at step {step}: the reason is below its cell."),

        step_of: |step, last| format!("step {step} of {last}"),
        accuracy: "accuracy",
        loss: "loss",
        batch: "batch",
        speed: |steps| format!("{steps} {}", if steps == "1" { "step/s" } else { "steps/s" }),
        time_left: |time| format!(", {time} left"),
    };
}

impl English for Graph {
    const ENGLISH: &'static Self = &Graph {
        title: "The computation graph",
        note: "Numbers go down along the arrows. ? is the number of images.",
        landmarks: |drawn, all| format!("Only the {drawn} main operations of {all}. ? is the number of images."),
        key: [
            "placeholder: what is fed",
            "variable: what is learnt",
            "operation",
            "gradients and step",
            "loss",
            "result",
        ],
        described: |[placeholders, variables, parameters, operations, added], [fed, result]| {
            let added = if added == "0" { String::new() } else { format!(", {added} of them added by minimize") };
            format!(
                "The computation graph. Placeholders: {placeholders}. Variables: {variables}, with {parameters} parameters. \
                 Operations: {operations}{added}. From {fed} to {result}."
            )
        },
        too_large: |boxes, most| {
            [
                format!(
                    "It has {boxes} boxes; at most {most} are drawn. Draw a part of it, such as graph(h1, \"en\")?"
                ),
                "println!(\"{}\", graph(…)?) prints the whole graph as a mermaid diagram.".into(),
            ]
        },
        network: "the network",
        added_by_minimize: "added by minimize",
    };
}
