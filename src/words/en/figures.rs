use super::article;
use crate::words::{English, figures::*};

impl English for BatchProduct {
    const ENGLISH: &'static Self = &BatchProduct {
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
    };
}

impl English for Certificate {
    const ENGLISH: &'static Self = &Certificate {
        title: "Certificate",
        note: "has trained a neural network, read what it learnt and answered these exercises:",
        lesson: |lesson, done, all| format!("Lesson {lesson}: {done} of {all} exercises"),
        date: "Date",
        signature: "Signature",
    };
}

impl English for Confusion {
    const ENGLISH: &'static Self = &Confusion {
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
    };
}

impl English for CrossEntropy {
    const ENGLISH: &'static Self = &CrossEntropy {
        title: "The cross entropy of a digit",
        infinite: "The network gave the right digit probability 0: the smaller y is, the larger −ln y gets, without limit.",
        heads: ["what is right, y′", "what the network gives, y", "−y′ · ln y"],
    };
}

impl English for DecisionBoundary {
    const ENGLISH: &'static Self = &DecisionBoundary {
        title: "Where does the border run?",
        note: "The dots are the examples. The background is what the network answers at each place, blue or orange: stronger where it is surer.",
        input: "input",
        described: |name, right, all| format!("{name}: {right} of {all} points on their side"),
    };
}

impl English for FeatureMaps {
    const ENGLISH: &'static Self = &FeatureMaps {
        title: "What each filter leaves",
        units: [["channel", "channels"], ["filter", "filters"]],
        size: |n, unit, [height, width], [least, most]| {
            format!("{n} {unit} of {height} × {width}, from {least} to {most}")
        },
    };
}

impl English for Filters {
    const ENGLISH: &'static Self = &Filters {
        title: "The filters as pictures",
        first_channels: |inputs, shown| format!("of the {inputs} channels that come in, the first {shown}"),
        meaning: ["wants no ink here", "looks for it here"],
    };
}

impl English for FunctionGraph {
    const ENGLISH: &'static Self = &FunctionGraph {
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
    };
}

impl English for LossAlong {
    const ENGLISH: &'static Self = &LossAlong {
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
    };
}

impl English for FilterSlider {
    const ENGLISH: &'static Self = &FilterSlider {
        title: "A filter that slides",
        note: "It multiplies each pixel that it sees by its weight, adds up the products and notes the sum in its place: blue if positive, orange if negative.",
        heads: ["the image", "ink", "weight", "ink × weight", "noted so far"],
        place: |row, column| format!("row {row}, column {column}"),
        slider: "place",
        described: |place, sum| format!("A filter that slides. At {place} it notes {sum}."),
    };
}

impl English for Histograms {
    const ENGLISH: &'static Self = &Histograms {
        title: "How the scores of each layer are spread",
        note: "Each bar counts how many lie there. To the right of the line, in blue, those that relu lets through. Below, mean ± standard deviation.",
        pass: |share| format!("{share} pass"),
    };
}

impl English for LayerBars {
    const ENGLISH: &'static Self =
        &LayerBars { title: "Layer by layer", note: "With each line to the right, ten times as much." };
}

impl English for LossSurface {
    const ENGLISH: &'static Self = &LossSurface {
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
    };
}

impl English for MeanImages {
    const ENGLISH: &'static Self = &MeanImages {
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
    };
}

impl English for Misread {
    const ENGLISH: &'static Self = &Misread {
        corners: ["bottom left: what it is", "bottom right: what the network says"],
        part_shown: |misread, right| format!("here, {misread} of them and {right} read correctly"),
        all_shown: |right| format!("and {right} read correctly"),
    };
}

impl English for MostConfused {
    const ENGLISH: &'static Self = &MostConfused {
        title: "The mistakes in which the right digit got the least probability",
        note: "each bar is a probability",
        pieces: ["label ", "; it says "],
        none: "There is no mistake.",
    };
}

impl English for Network {
    const ENGLISH: &'static Self = &Network {
        title: "The network as a drawing",
        note: "Each full dot is a neuron, each line a weight. Of large layers only the beginning and the end are drawn. In blue, all that one neuron looks at.",
        thinned: "What is left of the network in one step",
        left_out: "Neurons that are crossed out are off: they receive nothing and pass nothing on. In the next step it will be others.",
        layers: ["input", "hidden", "output"],
        weights: |weights| format!("{weights} weights"),
        kept: |neurons| format!("{neurons} left"),
    };
}

impl English for Neuron {
    const ENGLISH: &'static Self = &Neuron {
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
    };
}

impl English for TenNeurons {
    const ENGLISH: &'static Self = &TenNeurons {
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
    };
}

impl English for NeuronSliders {
    const ENGLISH: &'static Self = &NeuronSliders {
        title: "A neuron with three inputs",
        heads: ["input", "input × weight", "sum + bias", "activation"],
        sigmoid: "sigmoid of the score",
        weight: "weight",
        described: |score, share| {
            format!("A neuron with three inputs: its score is {score}, which the sigmoid turns into {share}.")
        },
    };
}

impl English for PixelValues {
    const ENGLISH: &'static Self = &PixelValues {
        title: "A digit is a table of numbers",
        note: |h, w, pixels| {
            format!("{h} × {w} = {pixels} pixels. On the right, those in the frame, with their numbers.")
        },
        scale: ["0: paper", "255: ink"],
        described: |label, h, w| {
            let n = &article(label)[1..];
            format!("A{n} {label} of {h} × {w} pixels, and the numbers of the 64 pixels in its middle.")
        },
    };
}

impl English for TinyNet {
    const ENGLISH: &'static Self = &TinyNet {
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
    };
}

impl English for Softmax {
    const ENGLISH: &'static Self = &Softmax {
        title: "Softmax: from scores to probabilities",
        heads: [
            ("Score", "X·W + b"),
            ("Exponential", "e to the power of the score"),
            ("Probability", "exponential ÷ sum"),
        ],
        lead: ["ahead", "times as", "likely as the"],
        slider: |class| format!("score of the {class}"),
    };
}

impl English for WeightFilm {
    const ENGLISH: &'static Self =
        &WeightFilm { title: "The weights, step by step", step: |number| format!("step {number}"), slider: "moment" };
}

impl English for WeightImages {
    const ENGLISH: &'static Self = &WeightImages {
        title: "The weights as pictures",
        meaning: ["ink in this pixel speaks against the digit", "speaks for it"],
    };
}
