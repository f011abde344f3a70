//! Which value may use which part of the memory, and until when.
use super::memory::Memory;
use super::program::Location;
use std::collections::BTreeSet;

/// Hands out slots of memory.
#[derive(Default)]
pub(super) struct Slots {
    shared: Vec<usize>,
    kept: Pool,
    pub scratch: Pool,
    pub tiles: usize,
    pub tile_size: usize,
}

impl Slots {
    /// For the numbers of a node, with an open dimension or without, which only this phase needs or later ones too.
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

    /// Nobody needs what is there any more.
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

/// Slots that are used again when what was there is no longer needed.
#[derive(Default)]
pub(super) struct Pool {
    sizes: Vec<usize>,
    /// Size, age and number of each free slot.
    free: BTreeSet<(usize, usize, usize)>,
    /// The age of a free slot.
    ages: Vec<Option<usize>>,
    clock: usize,
}

impl Pool {
    /// The smallest free slot that is large enough (of several, the one that has been free longest), or a new one.
    pub fn take(&mut self, size: usize) -> usize {
        if let Some(&found) = self.free.range((size, 0, 0)..).next() {
            self.free.remove(&found);
            self.ages[found.2] = None;
            return found.2;
        }
        self.sizes.push(size);
        self.ages.push(None);
        self.sizes.len() - 1
    }

    pub fn release(&mut self, slot: usize) {
        if self.ages[slot].is_none() {
            self.clock += 1;
            self.ages[slot] = Some(self.clock);
            self.free.insert((self.sizes[slot], self.clock, slot));
        }
    }

    pub fn release_all(&mut self) {
        self.free.clear();
        self.ages.fill(None);
        (0..self.sizes.len()).for_each(|slot| self.release(slot));
    }
}
