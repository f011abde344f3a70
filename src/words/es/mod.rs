//! Spanish.
mod doctor;
mod figures;
mod inside;
mod lab;
mod panel;
