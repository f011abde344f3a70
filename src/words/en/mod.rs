//! English.
mod doctor;
mod figures;
mod inside;
mod lab;
mod panel;

/// What stands before a number that is read aloud: a 7, an 8, an 11, an 80.
fn article(number: usize) -> &'static str {
    let digits = number.to_string();
    if digits.starts_with('8') || ["11", "18"].contains(&&*digits) { "an" } else { "a" }
}
