//! A plan as text: phase by phase, group by group, and for each op what it reads and where it writes.
use super::{Phase, Place, Plan, Work};
use crate::engine::shape::show;
use crate::engine::tensor::{Kernel, Tensor};
use std::collections::HashMap;
use std::fmt;

/// What stands at a place while the plan is read from top to bottom: the number of the line that wrote there last.
type Written = HashMap<String, usize>;

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = Written::new();
        let mut line = 0;
        for (number, phase) in (1..).zip(&self.phases) {
            let (works, over) = match phase {
                Phase::Slices(works) => (works, "for each slice of 16 images"),
                Phase::Whole(works) => (works, "once for the whole batch"),
            };
            writeln!(f, "phase {number}: {over}")?;
            for work in works {
                self.work(f, work, &mut line, &mut written)?;
            }
        }
        let label = |place| self.label(place, &written);
        for &(tensor, place) in &self.fetched {
            writeln!(f, "returns {tensor} = {}", label(place))?;
        }
        for step in &self.steps {
            writeln!(f, "step, loss = {}", label(step.loss))?;
            for &(variable, place) in &step.updates {
                writeln!(f, "    {} ← {}", self.variable(variable), label(place))?;
            }
        }
        Ok(())
    }
}

impl Plan {
    fn work(&self, f: &mut fmt::Formatter<'_>, work: &Work, line: &mut usize, written: &mut Written) -> fmt::Result {
        let mut how = Vec::new();
        if work.length < work.size {
            how.push(format!("{} of {} numbers at a time", work.length, work.size));
        }
        if work.part < work.size {
            how.push(format!("shared among threads in parts of {}", work.part));
        }
        let together = work.ops.len() > 1;
        if together || !how.is_empty() {
            how.insert(0, if together { "fused" } else { "alone" }.into());
            writeln!(f, "       {}:", how.join(", "))?;
        }
        for op in &work.ops {
            *line += 1;
            let place = match op.output {
                Place::Output(k) => work.outputs[k],
                place => place,
            };
            let inputs: Vec<String> = op
                .inputs
                .iter()
                .map(|&(place, _)| match place {
                    Place::Output(k) => self.label(work.outputs[k], written),
                    place => self.label(place, written),
                })
                .collect();
            let inputs = if inputs.is_empty() { String::new() } else { format!("({})", inputs.join(", ")) };
            let what = format!("{}{inputs} {}", described(op.tensor), show(op.tensor.shape()));
            let indent = if together { "  " } else { "" };
            writeln!(f, "{:>5}  {:<62} → {}", *line, format!("{indent}{what}"), slot(place))?;
            written.insert(slot(place), *line);
        }
        for &(k, _) in &work.sums {
            writeln!(f, "       the parts of {} are added up", slot(work.outputs[k]))?;
        }
        Ok(())
    }

    /// What an op reads at a place: a variable, a number, or the line that computed it.
    fn label(&self, place: Place, written: &Written) -> String {
        match place {
            Place::Constant(&[value]) => format!("{value}"),
            Place::Constant(values) => format!("{} constants", values.len()),
            Place::Variable(position) => self.variable(position),
            place => format!("#{}", written.get(&slot(place)).expect("written before it is read")),
        }
    }

    fn variable(&self, position: usize) -> String {
        match self.variables[position].name() {
            name if name == "variable" => format!("variable {position}"),
            name => name,
        }
    }
}

/// The op, after its name if it has one of its own.
fn described(t: Tensor) -> String {
    let op = if matches!(t.0.kernel, Kernel::Placeholder) { "fed" } else { t.0.op };
    let name = t.name();
    if name == t.0.op { op.to_string() } else { format!("{name} = {op}") }
}

fn slot(place: Place) -> String {
    match place {
        Place::Whole(slot) => format!("shared {slot}"),
        Place::Kept(slot) => format!("kept {slot}"),
        Place::Scratch(slot) => format!("scratch {slot}"),
        Place::Stretch(slot) => format!("tile {slot}"),
        Place::Output(k) => format!("output {k}"),
        Place::Constant(_) | Place::Variable(_) => unreachable!("written before the run"),
    }
}
