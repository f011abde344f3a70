//! What a phase keeps for a later one has left the cache when that one reads it. So, where it can, a value waits for the
//! phase that needs it, or is computed again there.
use super::build::Builder;
use crate::engine::tensor::{Kernel, Node, Out, Parts, Tensor, View};

/// So many ops at most are done again on a number in place of keeping their result.
const AGAIN: usize = 4;

impl Builder {
    /// Lets what a phase computes only for a later one wait for that one, if what it is computed from is kept till then
    /// anyway: its numbers are then read while they are in the cache, and are not kept themselves.
    pub fn delay(&mut self, phases: &mut [(bool, Vec<Tensor>)]) {
        for phase in (0..phases.len()).rev() {
            for i in (0..phases[phase].1.len()).rev() {
                let node = phases[phase].1[i];
                let Some(later) = self.better_phase(node, phase).filter(|&later| phases[later].0) else { continue };
                phases[phase].1.remove(i);
                let nodes = &mut phases[later].1;
                let reader = nodes.iter().position(|&user| self.inputs(user, later).any(|t| t == node));
                nodes.insert(reader.expect("a user of the node"), node);
                self.made.insert(node.address(), later);
                for input in self.inputs(node, later).collect::<Vec<_>>() {
                    let last = self.used.entry(input.address()).or_default();
                    *last = later.max(*last);
                }
            }
        }
    }

    /// The later phase for which a node of `phase` should wait: the first that needs its value. None where what it is
    /// computed from would have to be kept for it alone, or where that would be more than its value.
    fn better_phase(&self, node: Tensor, phase: usize) -> Option<usize> {
        let last = |t: Tensor| self.used.get(&t.address()).copied();
        if !node.is_batched() || !matches!(node.0.kernel, Kernel::Local(_)) || last(node)? == usize::MAX {
            return None;
        }
        let first = self.users[&node.address()].iter().map(|user| self.made[user]).min()?;
        let mut longer = 0;
        for input in self.inputs(node, phase).filter(|t| t.is_batched()) {
            match last(input)? {
                used if used <= phase => return None,
                used if used < first => longer += input.size(),
                _ => {}
            }
        }
        (first > phase && longer <= node.size()).then_some(first)
    }

    /// Lets later phases compute again what they need of an earlier one, where a few ops on each number are enough, and what
    /// these begin with is kept till then anyway.
    pub fn compute_again(&mut self, phases: &mut [(bool, Vec<Tensor>)]) {
        for phase in 0..phases.len() {
            for node in phases[phase].1.clone() {
                let users = self.users.get(&node.address()).map_or(&[][..], |users| users);
                let readers: Vec<usize> = users.iter().map(|user| self.made[user]).collect();
                if !node.is_batched() || !readers.contains(&phase) || self.used[&node.address()] == usize::MAX {
                    continue;
                }
                for later in readers.into_iter().filter(|&later| later > phase) {
                    let missing = phases[later].0 && !self.again.contains_key(&(later, node.address()));
                    if missing && self.ops_again(node, later).is_some_and(|ops| ops <= AGAIN) {
                        self.again(node, later);
                        self.add_copies(&mut phases[later].1, later);
                        self.note_uses(phases);
                    }
                }
            }
        }
    }

    /// How many ops have to be done again for a node in a later phase; none if that cannot be.
    fn ops_again(&self, node: Tensor, later: usize) -> Option<usize> {
        if !matches!(node.0.kernel, Kernel::Local(_)) || node.0.parts != Parts::Elementwise {
            return None;
        }
        let missing = self.inputs(node, self.made[&node.address()]).filter(|&t| !self.is_there(t, later));
        missing.map(|t| self.ops_again(t, later)).sum::<Option<usize>>().map(|ops| ops + 1)
    }

    /// Whether a value, or a copy of it, is there in a later phase anyway.
    fn is_there(&self, t: Tensor, later: usize) -> bool {
        let used = self.used.get(&t.address());
        !t.is_batched() || used.is_some_and(|&used| used >= later) || self.again.contains_key(&(later, t.address()))
    }

    /// A copy of a node for a later phase, with copies of what is not there then.
    fn again(&mut self, node: Tensor, later: usize) -> Tensor {
        let mut inputs: Vec<Tensor> = self.inputs(node, self.made[&node.address()]).collect();
        for input in &mut inputs {
            *input = match self.again.get(&(later, input.address())) {
                Some(&copy) => copy,
                None if self.is_there(*input, later) => *input,
                None => self.again(*input, later),
            };
        }
        let kernel = move |inputs: &[View<'_>], y: Out<'_>| match &node.0.kernel {
            Kernel::Local(kernel) => kernel(inputs, y),
            _ => unreachable!("a local op"),
        };
        let copy = Node::local(node.0.op, inputs, node.shape(), kernel).elementwise().build();
        self.again.insert((later, node.address()), copy);
        self.made.insert(copy.address(), later);
        copy
    }

    /// Puts the copies that a phase needs among its nodes, each before what reads it first.
    fn add_copies(&self, nodes: &mut Vec<Tensor>, phase: usize) {
        let copies: Vec<Tensor> = self.again.iter().filter(|((p, _), _)| *p == phase).map(|(_, &copy)| copy).collect();
        let mut waiting: Vec<Tensor> = nodes.drain(..).filter(|t| !copies.contains(t)).rev().collect();
        while let Some(&node) = waiting.last() {
            let missing = self.inputs(node, phase).filter(|t| copies.contains(t) && !nodes.contains(t));
            let before = waiting.len();
            waiting.extend(missing);
            if waiting.len() == before {
                waiting.pop();
                if !nodes.contains(&node) {
                    nodes.push(node);
                }
            }
        }
    }
}
