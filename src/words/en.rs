//! English.
use super::*;

const L1A: [&str; 2] = ["1a. Your first network", "1_softmax.ipynb"];
const L1B: [&str; 2] = ["1b. How it learns", "1b_how_it_learns.ipynb"];
const L2: [&str; 2] = ["2. More layers", "2_layers.ipynb"];
const L2B: [&str; 2] = ["2b. Learning by heart", "2b_by_heart.ipynb"];
const L2C: [&str; 2] = ["2c. What numbers to start from, and when they stop being numbers", "2c_numbers.ipynb"];
const L4: [&str; 2] = ["4. Batch normalisation", "4_batchnorm.ipynb"];
const ERRORS: [&str; 2] = ["When something goes wrong", "errors.ipynb"];

pub static WORDS: Words = Words {
    numbers: Numbers { percent_sign: "%", separator: ",", grouped_from: 4 },
    terms: Terms {
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
    },
    panel: Panel {
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
    },
    live: Live {
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
        keys: "Keys: 1 to 6 enlarge one picture, 0 shows all; space pauses and goes on; a point (.) makes one step; l changes the axis of the loss.",
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
    },
    pad: Pad {
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
        reads: "What a network says to your drawing moves here once .reads(…) has been run.",
        empty: "There is no ink here, and “nothing” is not among its ten answers.",
        unsent: "The drawing did not reach the kernel: ",
        offline: "No connection to JupyterLab.",
    },
    experiment: Experiment {
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
        too_few: " With so few runs, luck alone might have done this: .seeds(4) or more can tell.",
        one_each: " With one run each, nobody can tell whether this is luck: .seeds(4) or more can.",
    },
    graph: Graph {
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
    },
    answer_bars: AnswerBars {
        title: "What the network says",
        reads: |class, share| format!("It reads {} {class}: {share}", if class == 8 { "an" } else { "a" }),
        blank: "There is no ink here, and “nothing” is not among its ten answers.",
    },
    batch_product: BatchProduct {
        title: "Several images times all neurons",
        note: "Where a row of X meets a column of W, there is a number of the product.",
        rows: "each row, an image",
        columns: "each column, the weights of a neuron",
        same_row: "is added to every row",
        meets: |row, column| format!("Row {row} of X times column {column} of W"),
        sum: |pixels| format!("{pixels} times ink × weight, added up"),
        with_bias: "plus the bias, the score:",
        slider: "cells filled",
        meaning: ["weight against", "weight in favour"],
        described: |meets, value| format!("The product X·W, number by number. {meets}: {value}."),
    },
    certificate: Certificate {
        title: "Certificate",
        note: "has trained a neural network, read what it learnt and answered these exercises:",
        lesson: |lesson, done, all| format!("Lesson {lesson}: {done} of {all} exercises"),
        date: "Date",
        signature: "Signature",
    },
    confusion: Confusion {
        title: "What gets mistaken for what",
        most_often: |mistakes, times| {
            let named = |label, answer| format!("{} {label} read as {answer}", article(label));
            let what = listed(mistakes, named, " and ", |more| format!("{more} other mistakes"));
            let unit = if times == 1 { "time" } else { "times" };
            let each = if mistakes.len() > 1 { " each" } else { "" };
            format!("Most often: {what}, {times} {unit}{each}.")
        },
        answers: "the network answers",
        labels: "the digit is",
        right: "right",
        blank: "An empty cell: it never happened.",
    },
    cross_entropy: CrossEntropy {
        title: "The cross entropy of a digit",
        infinite: "The network gave the right digit probability 0: the smaller y is, the larger −ln y gets, without limit.",
        heads: ["what is right, y′", "what the network gives, y", "−y′ · ln y"],
    },
    decision_boundary: DecisionBoundary {
        title: "Where does the border run?",
        note: "The dots are the examples. The background is what the network answers at each place, blue or orange: stronger where it is surer.",
        input: "input",
        described: |name, right, all| format!("{name}: {right} of {all} points on their side"),
    },
    doctor: Doctor {
        measured: |[steps, known, asked, entropy, guessing]| {
            let steps = match steps {
                "0" => "Before the first step".into(),
                "1" => "After one step".into(),
                _ => format!("After {steps} steps"),
            };
            format!(
                "{steps}, the net reads {known} of the training images right and {asked} of those of the exam, where its cross \
                 entropy is {entropy}; guessing has {guessing}."
            )
        },
        healthy: "No illness was found.",
        healthy_yet: "No illness was found; what only training shows, such as learning by heart, cannot be seen yet.",
        ill: "This is what ails it:",
        unmeasured: "The net cannot be measured. This is what ails it:",
        lesson: "Lesson",
        sets: ["training", "exam"],
        logarithmic: "The scale is logarithmic: equal lengths multiply by the same factor.",
        from_here: "an illness from here on",

        not_finite: Illness {
            name: "Some values are not numbers",
            seen: |[n, variable]| {
                format!(
                    "Of the numbers of {variable}, {n} are NaN or infinite, and so is all that is computed from them."
                )
            },
            treatment: "Begin again with sess.initialize(step)? and finite initial values, and write the cross entropy as log(softmax(…)).",
            lesson: L2C,
        },
        other_net: Illness {
            name: "The step trains another net",
            seen: |[]| "Not one of the variables of y is among those that the step changes.".into(),
            treatment: "Run again all cells from the net to sess.initialize: y, the loss and the step must be of the same net.",
            lesson: ERRORS,
        },
        other_net_bars: ["variables of y", "variables that the step changes", "both"],
        one_class: Illness {
            name: "There is only one class",
            seen: |[n, class]| format!("All of the {n} training labels that were looked at are of class {class}."),
            treatment: "Train with examples of every class: who always hears the same answer learns to give it always.",
            lesson: L1A,
        },
        one_class_title: "The training labels",
        shifted: Illness {
            name: "The labels have slipped",
            seen: |[set, places, fits, now]| {
                format!(
                    "Of the {set} images, {fits} find their label {places}, and {now} in their own place, as the mean images of the other set read them."
                )
            },
            treatment: "Take images and labels from the same range of the same set, and sort or cut both alike.",
            lesson: L1B,
        },
        shifted_title: "Images whose label stands in this place",
        places: |by| match by {
            0 => "in its place".into(),
            -1 => "one place before".into(),
            1 => "one place after".into(),
            ..0 => format!("{} places before", -by),
            _ => format!("{by} places after"),
        },
        unrelated: Illness {
            name: "The labels do not belong to the images",
            seen: |[set, ill, well]| {
                format!(
                    "Comparing with the mean image of each class reads {well} of the other set as its labels say, but only {ill} of the {set}."
                )
            },
            treatment: "Look at some images of the set with their labels, and take both from the same batch.",
            lesson: L1B,
        },
        renamed: Illness {
            name: "The exam calls the classes by other names",
            seen: |[pairs, own, across]| {
                format!(
                    "From training to exam, classes change: {pairs}. The mean images of the exam read {own} of it right, those of the training only {across}."
                )
            },
            treatment: "Number the classes of both sets alike.",
            lesson: L1B,
        },
        across_title: "Images that are read right by comparing them with mean images",
        across_bars: ["exam, by its own mean images", "exam, by those of the training"],
        other_inputs: Illness {
            name: "The exam's images are not like those of the training",
            seen: |[training, exam, read]| {
                format!(
                    "The inputs have the size {training} in the training and {exam} in the exam (root mean square), and the mean images of the training read only {read} of the exam right."
                )
            },
            treatment: "Prepare the images of both in the same way: the same division, and ink and paper the same way round.",
            lesson: L1A,
        },
        bent: Illness {
            name: "The scores are bent before the softmax",
            seen: |[op]| {
                format!(
                    "The loss takes the softmax of what {op} gives, so that the probabilities cannot come near 0 and 1."
                )
            },
            treatment: "Give the loss the scores as the last layer computes them, and softmax only once.",
            lesson: L1B,
        },
        upside_down: Illness {
            name: "The loss is upside down",
            seen: |[]| "Where the loss falls, the right class becomes less probable: each step unlearns.".into(),
            treatment: "Look at the sign: the cross entropy is -reduce_mean(y_ * log(y)), and minimize makes it smaller.",
            lesson: L1B,
        },
        symmetric: Illness {
            name: "The neurons are all the same",
            seen: |[layer]| {
                format!(
                    "In {layer} all neurons begin with the same weights, so they get the same gradient and remain one neuron."
                )
            },
            treatment: "Let hidden layers begin with random weights: truncated_normal(…) in place of zeros(…).",
            lesson: L2C,
        },
        symmetric_title: "How much the initial weights differ from neuron to neuron",
        unscaled: Illness {
            name: "The inputs are not scaled",
            seen: |[size]| {
                format!(
                    "Their size is about {size} (root mean square), where pixels from 0 to 1 have about 0.3; the first sums are off by as much."
                )
            },
            treatment: "Divide bytes by 255, or normalise the inputs.",
            lesson: L2C,
        },
        unscaled_title: "The size of the inputs",
        usual: "pixels from 0 to 1",
        start_large: Illness {
            name: "The initial weights are too large",
            seen: |[start, guessing]| {
                format!(
                    "Before the first step the cross entropy is {start}, and that of guessing only {guessing}: the net is certain of what it cannot know."
                )
            },
            treatment: "Begin with smaller weights: a layer of n inputs with the standard deviation √(2/n).",
            lesson: L2C,
        },
        start_title: "Cross entropy before the first step",
        start_bars: ["the net", "guessing"],
        start_small: Illness {
            name: "The initial weights are too small",
            seen: |[first, last]| {
                format!(
                    "Images differ by {first} after the first layer, but by {last} after the last one: the signal dies on its way."
                )
            },
            treatment: "Begin with larger weights: a layer of n inputs with the standard deviation √(2/n).",
            lesson: L2C,
        },
        signals_title: "How much the outputs of each layer differ from image to image",
        vanishing: Illness {
            name: "The gradient vanishes on its way back",
            seen: |[times]| {
                format!("In the last layer it is {times} times as large as in the first, which hardly moves.")
            },
            treatment: "Use relu in place of sigmoid or tanh, or fewer layers.",
            lesson: L2,
        },
        gradients_title: "The gradient of each layer’s weights",
        gradients_limit: "a hundredth of the last layer’s",
        saturated: Illness {
            name: "A layer is saturated",
            seen: |[share, layer]| {
                format!(
                    "In {layer}, {share} of the outputs lie where the activation is flat, and no gradient comes through."
                )
            },
            treatment: "Begin with smaller weights (standard deviation √(2/n) for n inputs), or use relu.",
            lesson: L2C,
        },
        saturated_title: "Outputs where the activation is flat",
        dead: Illness {
            name: "Most ReLUs of a layer are dead",
            seen: |[share, layer]| {
                format!("In {layer}, {share} of the neurons give 0 for every image, and so they no longer learn.")
            },
            treatment: "Begin anew with small positive biases (0.1) and a smaller rate, or use leaky_relu.",
            lesson: L2,
        },
        dead_title: "Neurons that give 0 for every image",
        rate_high: Illness {
            name: "The learning rate is too high",
            seen: |[own, better, steps, with, without]| {
                format!(
                    "Short trainings of {steps} steps end at a cross entropy of {with} with the rate {own}, and at {without} with {better}."
                )
            },
            treatment: "Begin anew with a rate near the lowest point of the curve.",
            lesson: L1B,
        },
        rate_low: Illness {
            name: "The learning rate is too low",
            seen: |[own, better, steps, with, without]| {
                format!(
                    "Short trainings of {steps} steps end at a cross entropy of {with} with the rate {own}, and at {without} with {better}."
                )
            },
            treatment: "Take a rate near the lowest point of the curve, or a little below.",
            lesson: L1B,
        },
        no_activation: Illness {
            name: "There is no activation between layers",
            seen: |[layers]| {
                format!(
                    "{layers} layers follow upon one another with nothing between them, and together they can do no more than a single one."
                )
            },
            treatment: "Put relu(…) around each hidden layer.",
            lesson: L2,
        },
        no_activation_bars: ["weights of the net", "of the layer that can do the same"],
        not_shuffled: Illness {
            name: "The training data are not shuffled",
            seen: |[classes, forgotten]| {
                format!(
                    "It still reads these classes well: {classes}. It has forgotten {forgotten} others, as if it had seen one class after another."
                )
            },
            treatment: "Draw batches with next_batch, which shuffles, rather than with select.",
            lesson: L1B,
        },
        by_class_title: "Training images of each class that are read right",
        fed_otherwise: Illness {
            name: "The training loop feeds something else",
            seen: |[steps, now, few, anew]| {
                format!(
                    "After {steps} steps the cross entropy is {now}, but {few} steps from the beginning, with the data given here, take it to {anew}."
                )
            },
            treatment: "Compare what the loop feeds with what is given here, above all which labels, and how often the session is initialised.",
            lesson: ERRORS,
        },
        stuck: Illness {
            name: "It does not learn",
            seen: |[steps, now, guessing]| {
                format!(
                    "After {steps} steps the cross entropy is {now}, and that of guessing is {guessing}; none of the usual reasons was found."
                )
            },
            treatment: "Try another optimizer (Adam), and a smaller net that learns, to which you add layer by layer.",
            lesson: L2,
        },
        entropies_title: "Cross entropy of training images",
        entropy_bars: ["the net", "one begun anew, after a few steps", "guessing"],
        by_batch: Illness {
            name: "The exam depends on the batch",
            seen: |[class, one, other]| {
                format!(
                    "The same image gets {one} for class {class} in one batch, and {other} beside other images: it is normalised by the moments of its batch."
                )
            },
            treatment: "Feed is_test => true in the exam, so that the moving averages are used.",
            lesson: L4,
        },
        by_batch_bars: ["in one batch", "in another one"],
        dropout: Illness {
            name: "Dropout is on in the exam",
            seen: |[class, one, other]| {
                format!("The same image gets {one} for class {class} in one run, and {other} in the next.")
            },
            treatment: "Feed pkeep => 1 in the exam: neurons are switched off only to learn.",
            lesson: L2B,
        },
        dropout_bars: ["in one run", "in the next"],
        probability_title: |class| format!("The probability of class {class} for the same image"),
        averages: Illness {
            name: "The moving averages are not updated",
            seen: |[steps, zeros, all]| {
                format!(
                    "After {steps} steps {zeros} of the {all} moving variances are still 0, and the exam divides by them."
                )
            },
            treatment: "Run the steps that batch_norm returns with each training step: sess.run((training_step, averages), …).",
            lesson: L4,
        },
        averages_title: "The mean of each moving variance",
        overfitting: Illness {
            name: "It learns by heart",
            seen: |[known, asked, with, without]| {
                format!(
                    "It reads {known} of the training images right, but {asked} of the exam’s; its cross entropy is {with} there and {without} here."
                )
            },
            treatment: "More examples (or augmentation), dropout, a smaller net, or fewer steps.",
            lesson: L2B,
        },
        overfitting_title: "Images that are read right",
    },
    feature_maps: FeatureMaps {
        title: "What each filter leaves",
        units: [["channel", "channels"], ["filter", "filters"]],
        size: |n, unit, [height, width], [least, most]| {
            format!("{n} {unit} of {height} × {width}, from {least} to {most}")
        },
    },
    filters: Filters {
        title: "The filters as pictures",
        first_channels: |inputs, shown| format!("of the {inputs} channels that come in, the first {shown}"),
        meaning: ["wants no ink here", "looks for it here"],
    },
    function_graph: FunctionGraph {
        titles: [
            ("The exponential, eˣ", "It is always positive. Every step of 1 to the right multiplies it by 2.718."),
            (
                "Minus the logarithm, −ln p",
                "Where p is 1, it is 0. The closer p gets to 0, the more it grows, without limit.",
            ),
            ("The sigmoid", "It takes any number to one between 0 and 1. Far from 0 it is almost flat."),
            ("ReLU", "Whatever is negative becomes 0; whatever is positive stays as it is."),
            ("The hyperbolic tangent, tanh", "Like the sigmoid, but between −1 and 1."),
        ],
        slope: "slope",
        described: |title, [x, y, slope]| format!("{title}: at {x} it is {y} and its slope is {slope}."),
    },
    loss_along: LossAlong {
        title: "The error as a function of a single parameter",
        note: "Each dot was really measured: that parameter is changed, and all the others stay as they are.",
        axes: ["value of the parameter", "error"],
        now: "now",
        rows: ["nudge", "error before", "error after", "change ÷ nudge", "gradient (the tangent)"],
        described: |[nudge, before, after, quotient, gradient]| {
            format!(
                "The error as a function of one parameter: a nudge of {nudge} takes it from {before} to {after}; change \
                 divided by nudge, {quotient}; gradient, {gradient}."
            )
        },
    },
    filter_slider: FilterSlider {
        title: "A filter that slides",
        note: "It multiplies each pixel that it sees by its weight, adds up the products and notes the sum in its place: blue if positive, orange if negative.",
        heads: ["the image", "ink", "weight", "ink × weight", "noted so far"],
        place: |row, column| format!("row {row}, column {column}"),
        slider: "place",
        described: |place, sum| format!("A filter that slides. At {place} it notes {sum}."),
    },
    histograms: Histograms {
        title: "How the scores of each layer are spread",
        note: "Each bar counts how many lie there. To the right of the line, in blue, those that relu lets through. Below, mean ± standard deviation.",
        pass: |share| format!("{share} pass"),
    },
    loss_surface: LossSurface {
        title: "Down the surface of the entropy",
        note: |digits| {
            format!(
                "Cross entropy of {digits} digits as a function of two of the 7,840 weights, the others fixed. The cross is the minimum."
            )
        },
        foot: "If only two weights move, rates much larger than 0.003 are needed: each of the 7,840 does its part of the \
               descent.",
        rate: "Rate",
        slider: "rate",
        batch_and_rate: |batch, rate| format!("Batch {batch}, rate {rate}"),
        verdicts: ["too large", "too small", "good"],
        after_steps: |steps| format!("after {steps} steps: "),
        start: "start",
        outside: "leaves the map",
        key: "Entropy:",
        profile: "The entropy, step by step",
        axis: "steps",
    },
    mean_images: MeanImages {
        title: "The mean image of each digit",
        note: |images| {
            format!("All its images on top of one another: the mean ink of each pixel, over {images} images.")
        },
        images: |count| if count == "1" { "1 image".into() } else { format!("{count} images") },
        described: |images, counts| {
            format!(
                "The mean image of each digit, out of {images} images; from 0 to 9 there are {}.",
                counts.join(", ")
            )
        },
    },
    misread: Misread {
        corners: ["bottom left: what it is", "bottom right: what the network says"],
        part_shown: |misread, right| format!("here, {misread} of them and {right} read correctly"),
        all_shown: |right| format!("and {right} read correctly"),
    },
    most_confused: MostConfused {
        title: "The mistakes in which the right digit got the least probability",
        note: "each bar is a probability",
        pieces: ["label ", "; it says "],
        none: "There is no mistake.",
    },
    network: Network {
        title: "The network as a drawing",
        note: "Each full dot is a neuron, each line a weight. Of large layers only the beginning and the end are drawn. In blue, all that one neuron looks at.",
        thinned: "What is left of the network in one step",
        left_out: "Neurons that are crossed out are off: they receive nothing and pass nothing on. In the next step it will be others.",
        layers: ["input", "hidden", "output"],
        weights: |weights| format!("{weights} weights"),
        kept: |neurons| format!("{neurons} left"),
    },
    neuron: Neuron {
        title: |class| format!("The neuron for the {class}"),
        note: "Pixel by pixel it multiplies ink by weight. It adds it all up, then adds its bias.",
        heads: ["ink", "weight", "ink × weight"],
        score: "score",
        meaning: ["orange: speaks against it", "blue: speaks for it"],
        described: |class, [sum, bias, score]| {
            format!(
                "The neuron for the {class}: ink times weight adds up to {sum}; with the bias, {bias}, the score is {score}."
            )
        },
    },
    ten_neurons: TenNeurons {
        title: "A neuron for each digit",
        note: |pixels| {
            format!("All look at the same {pixels} pixels, each with weights of its own. The highest score wins.")
        },
        described: |label, best, score| {
            format!(
                "The scores of the ten neurons for {} {label}: that of the {best} wins, with {score}.",
                article(label)
            )
        },
    },
    neuron_sliders: NeuronSliders {
        title: "A neuron with three inputs",
        heads: ["input", "input × weight", "sum + bias", "activation"],
        sigmoid: "sigmoid of the score",
        weight: "weight",
        described: |score, share| {
            format!("A neuron with three inputs: its score is {score}, which the sigmoid turns into {share}.")
        },
    },
    pixel_values: PixelValues {
        title: "A digit is a table of numbers",
        note: |h, w, pixels| {
            format!("{h} × {w} = {pixels} pixels. On the right, those in the frame, with their numbers.")
        },
        scale: ["0: paper", "255: ink"],
        described: |label, h, w| {
            let n = &article(label)[1..];
            format!("A{n} {label} of {h} × {w} pixels, and the numbers of the 64 pixels in its middle.")
        },
    },
    rates: Rates {
        title: "What each learning rate leads to",
        note: |steps| {
            format!(
                "Each dot is a training of {steps} steps from the same initial values; those at the upper edge lie beyond it."
            )
        },
        axes: ["learning rate (logarithmic)", "cross entropy"],
        guessing: "guessing",
        own: "yours",
        best: "best",
        mark: |name, rate, loss| format!("{name}: {rate} → {loss}"),
    },
    tiny_net: TinyNet {
        sheet: "Back-propagation by hand",
        rules: [
            "Forward: the sum of input × weight, and ReLU. Backward: multiply by the slope of everything you pass through.",
            "The gradient of the squared error is 2·(y − target); that of a weight, the one of the neuron it leads to × what comes in through it.",
        ],
        title: "A tiny network, forward and backward",
        note: ["blue, forward: the value", "ochre, backward: how much the error changes if it rises"],
        heads: ["inputs", "hidden layer (ReLU)", "output", "error"],
        target: "target",
        error: "(y − target)²",
        rule: "Chain rule, for the weight from x₁ to h₁",
        chain: |output, weight, on, input, product| {
            format!(
                "{output} (output)  ×  {weight} (weight of h₁)  ×  {on} (slope of ReLU)  ×  {input} (input)  =  {product}"
            )
        },
        described: |output, error, gradient| {
            format!(
                "A tiny network with its numbers: the output is {output}; the error, {error}; the gradient of the output, \
                 {gradient}, from which those of all weights follow, going backward."
            )
        },
    },
    slow_step: SlowStep {
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
    },
    preparation: Preparation {
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
    },
    softmax: Softmax {
        title: "Softmax: from scores to probabilities",
        heads: [
            ("Score", "X·W + b"),
            ("Exponential", "e to the power of the score"),
            ("Probability", "exponential ÷ sum"),
        ],
        lead: ["ahead", "times as", "likely as the"],
        slider: |class| format!("score of the {class}"),
    },
    weight_film: WeightFilm {
        title: "The weights, step by step",
        step: |number| format!("step {number}"),
        slider: "moment",
    },
    weight_images: WeightImages {
        title: "The weights as pictures",
        meaning: ["ink in this pixel speaks against the digit", "speaks for it"],
    },
};

/// What stands before a number that is read aloud: a 7, an 8, an 11, an 80.
fn article(number: usize) -> &'static str {
    let digits = number.to_string();
    if digits.starts_with('8') || ["11", "18"].contains(&&*digits) { "an" } else { "a" }
}
