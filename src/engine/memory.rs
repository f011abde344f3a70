//! The memory that ops read and write: cache-aligned buffers, per slice and per thread.
use std::ops::{Deref, DerefMut};

/// Images in a slice. Their values of one element fill one register of AVX-512, two of AVX2 or four of NEON.
pub(crate) const LANES: usize = 16;

/// An array of numbers that starts on a cache line (64 bytes).
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

/// The values of 16 images that a later phase of the run, or its caller, still needs.
///
/// Element `i` of image `lane` is at `i * LANES + lane`. In the last slice, the lanes after the last image repeat it.
pub(crate) struct Slice {
    pub kept: Vec<Buffer>,
}

/// The values that a thread needs only while it works on one slice.
pub(crate) struct Scratch {
    pub slots: Vec<Buffer>,
    /// Values that are passed between the ops of a group: one set for the thread itself, one for a thread that helps it.
    pub tiles: [Vec<Buffer>; 2],
}
