//! The colours: one hex per role for the light theme, and the table that turns each into its dark counterpart.

pub const PAPER: &str = "#FFFFFF";
pub const FRAME: &str = "#DDE2E7";
pub const INK: &str = "#1B2026";
pub const MUTED: &str = "#5A646E";
pub const GRID: &str = "#E6EAED";
pub const AXIS: &str = "#AEB7BF";
pub const TEST: &str = "#0B5CA0";
pub const ON_TEST: &str = "#FDFEFF";
pub const TRAINING: &str = "#A96300";
pub const TRAINING_RANGE: &str = "#F5E3C6";
pub const MISREAD: &str = "#F8C9BE";
pub const ANSWER: &str = "#A4170D";
pub const EDGE: &str = "#A5180E";
/// The shades that enclose 100, 95, 75 and 25 % of the values.
pub const BANDS: [&str; 4] = ["#D8E1E9", "#AFC0CF", "#587691", "#28455F"];
pub const ON_BANDS: &str = "#FCFDFD";
pub const POSITIVE: &str = "#0A5BA1";
pub const NEGATIVE: &str = "#B0570B";
/// Of further curves in one chart.
pub const GREEN: &str = "#0B7261";
pub const PURPLE: &str = "#7A3B94";
/// Of the ten digits; only beside a text that says the same.
pub const CLASSES: [&str; 10] =
    [TEST, NEGATIVE, GREEN, ANSWER, PURPLE, "#6B4423", "#B0246F", "#5F6B00", "#00728A", MUTED];

const DARK: [(&str, &str); 22] = [
    (PAPER, "#14171B"),
    (FRAME, "#2B3138"),
    (INK, "#E9ECEF"),
    (MUTED, "#A7B0B9"),
    (GRID, "#2A3037"),
    (AXIS, "#59636D"),
    (TEST, "#6DB6F2"),
    (ON_TEST, "#0C1B29"),
    (TRAINING, "#E3A143"),
    (TRAINING_RANGE, "#453518"),
    (MISREAD, "#6E2C25"),
    (ANSWER, "#FFB5A8"),
    (EDGE, "#FF6F5C"),
    (BANDS[0], "#27313A"),
    (BANDS[1], "#3B5063"),
    (BANDS[2], "#6E92B2"),
    (BANDS[3], "#B3D3EE"),
    (ON_BANDS, "#0E151B"),
    (POSITIVE, "#7CC0FA"),
    (NEGATIVE, "#F2A24E"),
    (GREEN, "#5CC9B1"),
    (PURPLE, "#CD9CE6"),
];

/// Of the classes that have a colour of their own.
const DARK_CLASSES: [(&str, &str); 4] =
    [(CLASSES[5], "#CFAB88"), (CLASSES[6], "#F58FC4"), (CLASSES[7], "#C3CE55"), (CLASSES[8], "#62CDE4")];

/// The style sheet of a figure. It reaches elements only through their presentation attributes, so that the
/// figure is complete without it: light, as it is printed and as viewers without style sheets show it.
pub fn dark_style() -> String {
    style(&DARK)
}

/// What a figure with the colours of the ten digits needs besides.
pub fn class_style() -> String {
    style(&DARK_CLASSES)
}

fn style(dark: &[(&str, &str)]) -> String {
    let rules = dark.iter().map(|(light, dark)| {
        format!(".digitos [fill=\"{light}\"]{{fill:{dark}}}.digitos [stroke=\"{light}\"]{{stroke:{dark}}}")
    });
    format!("<style>@media screen and (prefers-color-scheme:dark){{{}}}</style>", rules.collect::<String>())
}
