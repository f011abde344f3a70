//! The words of pictures: what students read in the panel, the live view, the figures and the lab, one folder for each language.
//!
//! Each kind of words is a struct with its fields filled in once for each language, so the compiler says which word is missing and
//! which sentence is made of something else. Kinds stand apart, so that a page takes along only those that it says. Numbers come
//! into a sentence as text, as [`Language`](crate::language::Language) writes them; a plain `usize` is a class, a step or a small
//! count, which has no separators.
mod doctor;
mod en;
mod es;
mod figures;
mod inside;
mod lab;
mod panel;

pub use doctor::{Doctor, Illness};
pub use figures::*;
pub use inside::*;
pub use lab::*;
pub use panel::*;

pub trait Spanish: 'static {
    const SPANISH: &'static Self;
}

pub trait English: 'static {
    const ENGLISH: &'static Self;
}
