use super::article;
use crate::words::{English, inside::*};

impl English for Inside {
    const ENGLISH: &'static Self = &Inside {
        title: "A look inside: the way of a digit through the network",
        answer: ["The network reads it as #0, with probability #1.", " It is labelled #0."],
        digit: "digit",
        kinds: ["convolution", "dense"],
        sizes: ["#0 × #1", "#2 maps, #0 × #1", "#2 neurons"],
        unknown: "Shown but not explained: #0.",
        joins: "Several ways join, the longest is followed: #0.",
        what: ["#0, map #1: the number in row #2, column #3", "#0: neuron #1", "#0: the score of class #1"],
        channel: "Shown above: map #0 of what is read.",
        reads: "read from: #0",
        gives: "given: #0",
        speaks: "for #0 (blue), against (orange)",
        note: [
            "On the left: the gradient of the score × the pixel,",
            "so where ink raises the score, and where it lowers it.",
        ],
        tables: ["the numbers in the frame", "the filter’s weights", "their products"],
        parts: "Sum of the products of each map that is read",
        terms: ["the ten largest terms, from", "number", "weight", "product"],
        from: ["pixel: row #1, column #2", "map #0: row #1, column #2", "neuron #0"],
        lines: [
            "products of map #0",
            "of all maps together (#0)",
            "all products together",
            "the #0 largest terms",
            "all terms together (#0)",
        ],
        pools: ["the largest in the frame", "the mean in the frame"],
        shown: "what #0 gives (not explained)",
        moves: ["bias: #1 #2", "scale and shift: × #0 #1 #2"],
        sliders: ["digit", "layer", "map", "row", "column", "map read"],
        third: ["map", "neuron", "class"],
    };
}

impl English for Nearest {
    const ENGLISH: &'static Self = &Nearest {
        title: "Nearest training digits",
        in_layer: |layer, numbers, all| {
            format!(
                "by their distance in what the last layer reads: {numbers} numbers ({layer}), among {all} training digits"
            )
        },
        in_pixels: |all| {
            format!("by their distance in pixels, as no layer comes before the last one, among {all} training digits")
        },
        answer: |answer| format!("read as {} {answer}", article(answer)),
        legend: "Below each: its label, and the distance.",
        described: |answer, labels| {
            format!("A digit read as {answer}; its nearest training digits are labelled {labels}.")
        },
    };
}

impl English for DigitMap {
    const ENGLISH: &'static Self = &DigitMap {
        title: |digits| format!("A map of {digits} digits"),
        in_layer: |layer, numbers| {
            format!(
                "What the last layer reads ({layer}, {numbers} numbers), along the two directions in which it differs most"
            )
        },
        in_pixels: "Their pixels, along the two directions in which they differ most",
        shares: |first, second, both| {
            format!("These two show {first} and {second} of the variance, {both} together; the rest is lost here.")
        },
        yours: "in a frame: the digits that you fed",
        axes: ["first direction →", "↑ second direction"],
    };
}

impl English for Cover {
    const ENGLISH: &'static Self = &Cover {
        title: "What covering a part does",
        note: |side| format!("A grey patch of {side} × {side} pixels covers one part after the other."),
        digit: |answer, share| format!("read as {} {answer}: {share}", article(answer)),
        map: "change of that, by the patch’s centre",
        then: |answer, share| format!("then read as {} {answer}: {share}", article(answer)),
        meaning: ["rises", "falls"],
        described: |answer, before, least| {
            format!("The probability of {answer} is {before}; with a part covered it can fall to {least}.")
        },
    };
}
