//! Spanish.
mod doctor;
mod figures;
mod lab;
mod panel;
