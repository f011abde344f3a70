//! Allocates slots: a slot whose value is no longer needed is used again for another.
use super::memory::Memory;
use super::program::Location;
use std::collections::BTreeSet;

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
        Memory::new(&self.shared, self.kept.sizes, self.scratch.sizes, (self.tiles, self.tile_size))
    }
}

/// Slots of one kind, and which of them are free.
#[derive(Default)]
pub(super) struct Pool {
    sizes: Vec<usize>,
    /// Size, time of release and number of each free slot, so that the best fit comes first.
    free: BTreeSet<(usize, usize, usize)>,
    /// By slot, the time of its release; `None` while it is in use.
    released_at: Vec<Option<usize>>,
    clock: usize,
}

impl Pool {
    /// The smallest free slot that is large enough (of equal ones, the one released first), or else a new one.
    pub fn take(&mut self, size: usize) -> usize {
        if let Some(&found) = self.free.range((size, 0, 0)..).next() {
            self.free.remove(&found);
            self.released_at[found.2] = None;
            return found.2;
        }
        self.sizes.push(size);
        self.released_at.push(None);
        self.sizes.len() - 1
    }

    pub fn release(&mut self, slot: usize) {
        if self.released_at[slot].is_none() {
            self.clock += 1;
            self.released_at[slot] = Some(self.clock);
            self.free.insert((self.sizes[slot], self.clock, slot));
        }
    }

    pub fn release_all(&mut self) {
        self.free.clear();
        self.released_at.fill(None);
        (0..self.sizes.len()).for_each(|slot| self.release(slot));
    }
}
