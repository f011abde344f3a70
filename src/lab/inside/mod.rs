//! A look inside: the way of a digit through a network, the training digits that it finds alike, a map of them, and what a covered
//! part does.
mod cover;
mod digits;
mod look;
mod map;
mod nearest;
mod path;

pub use cover::cover;
pub use look::look_inside;
pub use map::digit_map;
pub use nearest::nearest_digits;

#[cfg(test)]
mod tests;
