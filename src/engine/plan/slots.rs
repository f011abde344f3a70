//! Allocates slots: a slot whose value is no longer needed is used again for another.
use super::memory::Memory;
use super::program::Location;
use crate::engine::Buffer;

/// The slots given out so far. Sizes are in numbers, per image for kept and scratch slots.
#[derive(Default)]
pub(super) struct Slots {
    shared: Vec<usize>,
    kept: Pool,
    pub scratch: Pool,
    pub tiles: usize,
    pub tile_size: usize,
}

impl Slots {
    /// A slot for a value of `size` numbers. `open`: it has an open dimension; `later`: a later phase or the caller reads it.
    pub fn take(&mut self, size: usize, open: bool, later: bool) -> Location {
        match (open, later) {
            (true, true) => Location::Kept(self.kept.take(size)),
            (true, false) => Location::Scratch(self.scratch.take(size)),
            (false, _) => {
                self.shared.push(size);
                Location::Shared(self.shared.len() - 1)
            }
        }
    }

    /// Frees the slot: its value has no reader left.
    pub fn release(&mut self, location: Location) {
        match location {
            Location::Kept(slot) => self.kept.release(slot),
            Location::Scratch(slot) => self.scratch.release(slot),
            _ => {}
        }
    }

    pub fn memory(self) -> Memory {
        Memory {
            shared: self.shared.into_iter().map(Buffer::new).collect(),
            kept_sizes: self.kept.sizes,
            scratch_sizes: self.scratch.sizes,
            tiles: self.tiles,
            tile_size: self.tile_size,
            ..Memory::default()
        }
    }
}

/// Slots of one kind, and those of them that are free, in the order of their release.
#[derive(Default)]
pub(super) struct Pool {
    sizes: Vec<usize>,
    free: Vec<usize>,
}

impl Pool {
    /// The smallest free slot that is large enough (of equal ones, the one released first), or else a new one.
    pub fn take(&mut self, size: usize) -> usize {
        let large_enough = (0..self.free.len()).filter(|&i| self.sizes[self.free[i]] >= size);
        if let Some(best) = large_enough.min_by_key(|&i| self.sizes[self.free[i]]) {
            return self.free.remove(best);
        }
        self.sizes.push(size);
        self.sizes.len() - 1
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
