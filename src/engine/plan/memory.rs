//! The buffers of a plan, which are allocated once and reused by every run.
use crate::engine::memory::{Buffer, LANES, Scratch, Slice};

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
    /// Sizes are in numbers: of each shared slot, and per image of each kept and scratch slot. A thread gets `tiles` tiles
    /// of `tile_size` numbers.
    pub fn new(
        shared_sizes: &[usize],
        kept_sizes: Vec<usize>,
        scratch_sizes: Vec<usize>,
        (tiles, tile_size): (usize, usize),
    ) -> Self {
        let shared = shared_sizes.iter().map(|&size| Buffer::new(size)).collect();
        Memory { shared, kept_sizes, scratch_sizes, tiles, tile_size, ..Memory::default() }
    }

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
