//! The memory of a plan.
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
    /// `tiles` of `tile_size` numbers for each thread; the other sizes are those of the slots, per image where there are
    /// images.
    pub fn new(
        shared_sizes: &[usize],
        kept_sizes: Vec<usize>,
        scratch_sizes: Vec<usize>,
        (tiles, tile_size): (usize, usize),
    ) -> Self {
        let shared = shared_sizes.iter().map(|&size| Buffer::new(size)).collect();
        Memory { shared, kept_sizes, scratch_sizes, tiles, tile_size, ..Memory::default() }
    }

    /// Makes room for so many slices and threads.
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
