//! Prints a plan: its phases, their groups, and for each op what it reads and where it writes.
use super::program::{FusedGroup, Location, Phase, Plan};
use crate::engine::{Compute, Tensor, show};
use std::collections::HashMap;
use std::fmt;

/// From a location to the number of the line that wrote there last, as the plan is printed from top to bottom.
type Written = HashMap<String, usize>;

impl fmt::Display for Plan {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let mut written = Written::new();
        let mut line = 0;
        for (number, phase) in (1..).zip(&self.phases) {
            let (groups, over) = match phase {
                Phase::Slices(groups) => (groups, "for each slice of 16 images"),
                Phase::Whole(groups) => (groups, "once for the whole batch"),
            };
            writeln!(f, "phase {number}: {over}")?;
            for group in groups {
                self.group(f, group, &mut line, &mut written)?;
            }
        }
        let label = |location| self.label(location, &written);
        for &(tensor, location) in &self.fetched {
            writeln!(f, "returns {tensor} = {}", label(location))?;
        }
        for step in &self.steps {
            writeln!(f, "step, loss = {}", label(step.loss))?;
            for &(variable, location) in &step.updates {
                writeln!(f, "    {} ← {}", self.variable(variable), label(location))?;
            }
        }
        Ok(())
    }
}

impl Plan {
    fn group(
        &self,
        f: &mut fmt::Formatter<'_>,
        group: &FusedGroup,
        line: &mut usize,
        written: &mut Written,
    ) -> fmt::Result {
        let mut how = Vec::new();
        if group.tile < group.size {
            how.push(format!("{} of {} numbers at a time", group.tile, group.size));
        }
        if group.part < group.size {
            how.push(format!("shared among threads in parts of {}", group.part));
        }
        let together = group.instructions.len() > 1;
        if together || !how.is_empty() {
            how.insert(0, if together { "fused" } else { "alone" }.into());
            writeln!(f, "       {}:", how.join(", "))?;
        }
        for instruction in &group.instructions {
            *line += 1;
            let slot = |location| match location {
                Location::GroupOutput(k) => group.outputs[k],
                location => location,
            };
            let location = slot(instruction.output);
            let inputs: Vec<String> =
                instruction.inputs.iter().map(|&(location, _)| self.label(slot(location), written)).collect();
            let inputs = if inputs.is_empty() { String::new() } else { format!("({})", inputs.join(", ")) };
            let what = format!("{}{inputs} {}", described(instruction.tensor), show(instruction.tensor.shape()));
            let indent = if together { "  " } else { "" };
            writeln!(f, "{:>5}  {:<62} → {}", *line, format!("{indent}{what}"), location)?;
            written.insert(location.to_string(), *line);
        }
        for &(k, _) in &group.sums {
            writeln!(f, "       the parts of {} are added up", group.outputs[k])?;
        }
        Ok(())
    }

    /// What an op reads at a location: a variable, a number, or the line that computed it.
    fn label(&self, location: Location, written: &Written) -> String {
        match location {
            Location::Constant(&[value]) => format!("{value}"),
            Location::Constant(_) => location.to_string(),
            Location::Variable(position) => self.variable(position),
            location => format!("#{}", written.get(&location.to_string()).expect("written before it is read")),
        }
    }

    fn variable(&self, position: usize) -> String {
        match self.variables[position].name() {
            name if name == "variable" => format!("variable {position}"),
            name => name,
        }
    }
}

/// The op, preceded by `name =` if the program has named it.
fn described(t: Tensor) -> String {
    let op = if matches!(t.0.compute, Compute::Placeholder) { "fed" } else { t.0.op };
    let name = t.name();
    if name == t.0.op { op.to_string() } else { format!("{name} = {op}") }
}
