use crate::words::{English, lab::*};

impl English for Pad {
    const ENGLISH: &'static Self = &Pad {
        here: "Here is a canvas to draw on, in JupyterLab or in the lesson’s web page.",
        canvas: "Canvas to draw a digit on",
        keys: "Draw with the mouse, a pen or a finger. With the keyboard, on the canvas: the arrows move the pen, the space bar \
               lowers and lifts it, 0 to 9 says which digit it is, Enter keeps it, Backspace takes a stroke away, and Delete all.",
        undo: "Undo",
        clear: "Clear",
        this_is: "This is a",
        keep: "Keep",
        kept: "Kept: #",
        remove: "Remove this #",
        reads: "What a network makes of your drawing is shown here once .reads(…) has been run.",
        empty: "There is no ink here, and “nothing” is not among its ten answers.",
        unsent: "The drawing did not reach the kernel: ",
        offline: "No connection to JupyterLab.",
    };
}

impl English for Experiment {
    const ENGLISH: &'static Self = &Experiment {
        done: |done, all| format!("{done} of {all} runs done"),
        finished: |runs, time| match runs {
            "1" => format!("1 run in {time}"),
            _ => format!("{runs} runs in {time}"),
        },
        stopped: |kept, all| format!("Stopped: {kept} of {all} runs were begun, and what they measured is kept."),
        all_runs: "all runs",

        experiment: "experiment",
        mean_accuracy: "mean accuracy",
        mean_loss: "mean loss",
        heads: ["± spread", "best", "seeds", "seconds a run", "remark"],
        some_of: |some, all| if all == 1 { String::new() } else { format!("{some} of {all}: ") },
        remarks: ["failed: #", "#", "stopped at step #", "noted nothing"],

        loss_over_steps: "Loss over the steps",
        best_drawn: |drawn, all| format!("the {drawn} best of {all}"),
        line_and_band: "mean ± standard deviation",

        higher: |better, worse, points| {
            format!("With “{better}”, accuracy is {points} points higher on average than with “{worse}”.")
        },
        lower: |better, worse, loss| {
            format!("With “{better}”, the loss is {loss} lower on average than with “{worse}”.")
        },
        equal: |one, other| format!("On average, “{one}” and “{other}” come out the same."),
        all_ways: |results, as_far, ways| {
            format!(
                " If luck alone had dealt these {results} results out to the two, {as_far} of the {ways} ways to do it would set them at least as far apart."
            )
        },
        drawn_ways: |results, as_far, ways| {
            format!(
                " If luck alone had dealt these {results} results out to the two, about {as_far} of {ways} ways to do it would set them at least as far apart."
            )
        },
        skill: " That is at most 1 in 20: the difference is larger than luck would make it.",
        luck: " That is more than 1 in 20: luck may be all there is to it.",
        picked: |settings| {
            format!(
                " But these two were picked as the best of {settings}, and of many settings one is ahead by luck: run the two again, with other seeds, before you believe it."
            )
        },
        too_few: " With so few runs, luck alone might have done this: .seeds(4) or more can tell.",
        one_each: " With one run each, nobody can tell whether this is luck: .seeds(4) or more can.",
    };
}

impl English for AnswerBars {
    const ENGLISH: &'static Self = &AnswerBars {
        title: "What the network says",
        reads: |class, share| format!("It reads {} {class}: {share}", if class == 8 { "an" } else { "a" }),
        blank: "There is no ink here, and “nothing” is not among its ten answers.",
    };
}

impl English for Rates {
    const ENGLISH: &'static Self = &Rates {
        title: "What each learning rate leads to",
        note: |steps| {
            format!(
                "Each dot is a training run of {steps} steps from the same initial values; those at the upper edge lie beyond it."
            )
        },
        axes: ["learning rate (logarithmic)", "cross entropy"],
        guessing: "guessing",
        own: "yours",
        best: "best",
        mark: |name, rate, loss| format!("{name}: {rate} → {loss}"),
    };
}

impl English for SlowStep {
    const ENGLISH: &'static Self = &SlowStep {
        title: "One step in slow motion",
        stages: [
            "A training batch, with the digit that each image is to the left of it.",
            "Scores: what the neurons of the last layer give for each image, one for each class.",
            "Softmax turns each row into probabilities that add up to 1. The right digit's is framed.",
            "The loss: the less probable the net finds the right digit, the more wrong it is. For the batch: #0.",
            "The gradient: how much the loss changes if a score goes up a little, or the weight picked does.",
            "The step: all weights move at once, each against its gradient.",
            "The same batch again: the loss goes from #0 to #1. The gradient promised #2: it is right only for a small step.",
        ],
        surprise: "−ln(probability)",
        product: "pixel × gradient",
        sum: "Gradient of the weight picked: the sum of the products on the right, #0.",
        of_output: |variable, output| format!("{variable}: weights of output {output}"),
        of_weights: ["before the step", "after the step"],
        gradient: "their gradient",
        numbers: ["the weight picked", "its gradient", "it moves by", "after the step"],
        losses: ["loss", "promised", "after"],
        sliders: ["moment", "output", "row", "column"],
        play: ["Play", "Pause", "Back"],
        described: |before, after, promised| {
            format!(
                "One step in slow motion: the loss of the batch goes from {before} to {after}; the gradient promised {promised}."
            )
        },
    };
}

impl English for Preparation {
    const ENGLISH: &'static Self = &Preparation {
        title: "How your digit becomes an image like MNIST’s",
        note: "The network has only ever seen digits that were prepared in this way.",
        steps: [
            ("Your picture", ["as it was read, from black", "to white"]),
            ("The paper", ["how bright it would be", "without any ink"]),
            ("The ink", ["how far each pixel is", "from the paper"]),
            ("The digits", ["ink that hangs together;", "specks are left out"]),
            ("One digit", ["the smallest box that", "holds its ink"]),
            ("The lines", ["", ""]),
            ("20 squares", ["along the longer side; its", "shape stays as it is"]),
            ("The greys", ["the grey of a square says", "how much of it ink covers"]),
            ("The balance", ["centre of mass: there the", "ink would balance"]),
            ("The image", ["28 × 28 pixels, with that", "point in the centre"]),
        ],
        lines: |width, made| match made {
            Some(made) => [format!("they were {width} of the longer"), format!("side wide, and now are {made}")],
            None => [format!("{width} of the longer side:"), "wide enough as they are".into()],
        },
    };
}
