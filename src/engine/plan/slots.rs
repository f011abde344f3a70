//! The memory of a plan, and who may use which part of it when.
use super::Location;
use crate::engine::memory::{Buffer, LANES, Scratch, Slice};
use std::collections::BTreeSet;

#[derive(Default)]
pub(super) struct Memory {
    pub slices: Vec<Slice>,
    pub scratch: Vec<Scratch>,
    pub shared: Vec<Buffer>,
    kept_sizes: Vec<usize>,
    scratch_sizes: Vec<usize>,
    tiles: usize,
    tile_size: usize,
}

impl Memory {
    pub fn reserve(&mut self, slices: usize, threads: usize) {
        let buffers = |sizes: &[usize]| sizes.iter().map(|size| Buffer::new(size * LANES)).collect();
        while self.slices.len() < slices {
            self.slices.push(Slice { kept: buffers(&self.kept_sizes) });
        }
        while self.scratch.len() < threads {
            let tiles = || (0..self.tiles).map(|_| Buffer::new(self.tile_size)).collect();
            self.scratch.push(Scratch { slots: buffers(&self.scratch_sizes), tiles: [tiles(), tiles()] });
        }
    }
}

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
        Memory {
            slices: Vec::new(),
            scratch: Vec::new(),
            shared: self.shared.iter().map(|&size| Buffer::new(size)).collect(),
            kept_sizes: self.kept.sizes,
            scratch_sizes: self.scratch.sizes,
            tiles: self.tiles,
            tile_size: self.tile_size,
        }
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
