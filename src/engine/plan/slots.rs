//! The memory of a plan, and who may use which part of it when.
use super::Place;
use crate::engine::memory::{Buffer, LANES, Scratch, Slice};

#[derive(Default)]
pub(super) struct Memory {
    pub slices: Vec<Slice>,
    pub scratch: Vec<Scratch>,
    pub whole: Vec<Buffer>,
    kept_sizes: Vec<usize>,
    scratch_sizes: Vec<usize>,
    stretches: usize,
    stretch_size: usize,
}

impl Memory {
    pub fn reserve(&mut self, slices: usize, threads: usize) {
        let buffers = |sizes: &[usize]| sizes.iter().map(|size| Buffer::new(size * LANES)).collect();
        while self.slices.len() < slices {
            self.slices.push(Slice { kept: buffers(&self.kept_sizes) });
        }
        while self.scratch.len() < threads {
            let stretches = || (0..self.stretches).map(|_| Buffer::new(self.stretch_size)).collect();
            self.scratch.push(Scratch { slots: buffers(&self.scratch_sizes), stretches: [stretches(), stretches()] });
        }
    }
}

/// Hands out slots of memory.
#[derive(Default)]
pub(super) struct Slots {
    whole: Vec<usize>,
    kept: Pool,
    pub scratch: Pool,
    pub stretches: usize,
    pub stretch_size: usize,
}

impl Slots {
    /// For the numbers of a node, with an open dimension or without, which only this phase needs or later ones too.
    pub fn take(&mut self, size: usize, open: bool, later: bool) -> Place {
        match (open, later) {
            (true, true) => Place::Kept(self.kept.take(size)),
            (true, false) => Place::Scratch(self.scratch.take(size)),
            (false, _) => {
                self.whole.push(size);
                Place::Whole(self.whole.len() - 1)
            }
        }
    }

    /// Nobody needs what is there any more.
    pub fn release(&mut self, place: Place) {
        match place {
            Place::Kept(slot) => self.kept.release(slot),
            Place::Scratch(slot) => self.scratch.release(slot),
            _ => {}
        }
    }

    pub fn memory(self) -> Memory {
        Memory {
            slices: Vec::new(),
            scratch: Vec::new(),
            whole: self.whole.iter().map(|&size| Buffer::new(size)).collect(),
            kept_sizes: self.kept.sizes,
            scratch_sizes: self.scratch.sizes,
            stretches: self.stretches,
            stretch_size: self.stretch_size,
        }
    }
}

/// Slots that are used again when what was there is no longer needed.
#[derive(Default)]
pub(super) struct Pool {
    sizes: Vec<usize>,
    free: Vec<usize>,
}

impl Pool {
    /// The smallest free slot that is large enough, or a new one.
    pub fn take(&mut self, size: usize) -> usize {
        let fitting = self.free.iter().copied().filter(|&slot| self.sizes[slot] >= size);
        let slot = fitting.min_by_key(|&slot| self.sizes[slot]).unwrap_or_else(|| {
            self.sizes.push(size);
            self.sizes.len() - 1
        });
        self.free.retain(|&free| free != slot);
        slot
    }

    pub fn release(&mut self, slot: usize) {
        if !self.free.contains(&slot) {
            self.free.push(slot);
        }
    }

    pub fn release_all(&mut self) {
        self.free = (0..self.sizes.len()).collect();
    }
}
