use crate::words::{English, doctor::*};

const L1A: [&str; 2] = ["1a. Your first network", "1_softmax.ipynb"];
const L1B: [&str; 2] = ["1b. How it learns", "1b_how_it_learns.ipynb"];
const L2: [&str; 2] = ["2. More layers", "2_layers.ipynb"];
const L2B: [&str; 2] = ["2b. Learning by heart", "2b_by_heart.ipynb"];
const L2C: [&str; 2] = ["2c. What numbers to start from, and when they stop being numbers", "2c_numbers.ipynb"];
const L4: [&str; 2] = ["4. Batch normalisation", "4_batchnorm.ipynb"];
const ERRORS: [&str; 2] = ["When something goes wrong", "errors.ipynb"];

impl English for Doctor {
    const ENGLISH: &'static Self = &Doctor {
        measured: |[steps, known, trained_on, asked, examined, entropy, guessing]| {
            let steps = match steps {
                "0" => "Before the first step".into(),
                "1" => "After one step".into(),
                _ => format!("After {steps} steps"),
            };
            format!(
                "{steps}, the net reads {known} of {trained_on} training images correctly and {asked} of {examined} from the exam, where its \
                 cross entropy is {entropy}; guessing would give {guessing}."
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
                    "Judged by the mean images of the other set (training or exam), {fits} of the {set} images have their label {places}, and {now} in their own place."
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
                    "Short training runs of {steps} steps end at a cross entropy of {with} with the rate {own}, and at {without} with {better}."
                )
            },
            treatment: "Begin anew with a rate near the lowest point of the curve.",
            lesson: L1B,
        },
        rate_low: Illness {
            name: "The learning rate is too low",
            seen: |[own, better, steps, with, without]| {
                format!(
                    "Short training runs of {steps} steps end at a cross entropy of {with} with the rate {own}, and at {without} with {better}."
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
                    "It reads {known} of the training images correctly, but {asked} of the exam’s; its cross entropy is {with} there and {without} here."
                )
            },
            treatment: "More examples (or augmentation), dropout, a smaller net, or fewer steps.",
            lesson: L2B,
        },
        overfitting_title: "Images that are read right",
    };
}
