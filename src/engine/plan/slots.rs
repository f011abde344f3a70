//! Allocates slots: a slot whose value is no longer needed is used again for another.
use super::memory::Memory;
use super::program::Location;

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
    /// Size, time of release and number of each free slot, sorted, so that the best fit comes first.
    free: Vec<(usize, usize, usize)>,
    /// By slot, the time of its release; `None` while it is in use.
    released_at: Vec<Option<usize>>,
    clock: usize,
}

impl Pool {
    /// The smallest free slot that is large enough (of equal ones, the one released first), or else a new one.
    pub fn take(&mut self, size: usize) -> usize {
        let best = self.free.partition_point(|free| free.0 < size);
        if best < self.free.len() {
            let (_, _, slot) = self.free.remove(best);
            self.released_at[slot] = None;
            return slot;
        }
        self.sizes.push(size);
        self.released_at.push(None);
        self.sizes.len() - 1
    }

    pub fn release(&mut self, slot: usize) {
        if self.released_at[slot].is_none() {
            self.clock += 1;
            self.released_at[slot] = Some(self.clock);
            let free = (self.sizes[slot], self.clock, slot);
            self.free.insert(self.free.partition_point(|other| *other < free), free);
        }
    }

    pub fn release_all(&mut self) {
        self.free.clear();
        self.released_at.fill(None);
        (0..self.sizes.len()).for_each(|slot| self.release(slot));
    }
}
