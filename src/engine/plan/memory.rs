//! The buffers of a plan, which are allocated once and reused by every run.
use crate::engine::{Buffer, LANES, Scratch, Slice};

#[derive(Default)]
pub(super) struct Memory {
    pub slices: Vec<Slice>,
    pub scratch: Vec<Scratch>,
    pub shared: Vec<Buffer>,
    /// In numbers per image, of each kept and scratch slot.
    pub kept_sizes: Vec<usize>,
    pub scratch_sizes: Vec<usize>,
    /// How many tiles each thread has, and of how many numbers.
    pub tiles: usize,
    pub tile_size: usize,
}

impl Memory {
    /// Allocates the buffers for this many slices and threads, if they are not there yet.
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
