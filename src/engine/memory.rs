//! Where the numbers of a run live.
use std::ops::{Deref, DerefMut};

/// How many images stand side by side: one register of AVX-512, two of AVX2, four of NEON.
pub(crate) const LANES: usize = 16;

/// Numbers that start on a cache line.
#[derive(Default)]
pub(crate) struct Buffer {
    storage: Vec<f32>,
    start: usize,
    len: usize,
}

impl Buffer {
    pub fn new(len: usize) -> Self {
        let storage = vec![0.0; len + LANES];
        let start = storage.as_ptr().align_offset(64).min(LANES);
        Buffer { storage, start, len }
    }
}

impl From<&[f32]> for Buffer {
    fn from(values: &[f32]) -> Self {
        let mut buffer = Buffer::new(values.len());
        buffer.copy_from_slice(values);
        buffer
    }
}

impl Deref for Buffer {
    type Target = [f32];
    #[inline]
    fn deref(&self) -> &[f32] {
        &self.storage[self.start..][..self.len]
    }
}

impl DerefMut for Buffer {
    #[inline]
    fn deref_mut(&mut self) -> &mut [f32] {
        &mut self.storage[self.start..][..self.len]
    }
}

/// Sixteen images of the batch: what later phases of the run, or its caller, still need of them.
///
/// Number `i` of image `lane` is at `i * LANES + lane`. In the last slice the lanes behind the last image repeat it.
pub(crate) struct Slice {
    pub kept: Vec<Buffer>,
}

/// What a thread needs only while it works on one slice.
pub(crate) struct Scratch {
    pub slots: Vec<Buffer>,
    /// Between the ops of a group: for the thread, and for one that helps it.
    pub tiles: [Vec<Buffer>; 2],
}
