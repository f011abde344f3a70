use std::sync::Arc;

/// Some images of a data set, kept as bytes.
#[derive(Clone)]
pub struct Images {
    pixels: Arc<[u8]>,
    index: Arc<[u32]>,
    shape: [usize; 3],
}

/// The right answers that belong to some [`Images`].
#[derive(Clone)]
pub struct Labels {
    classes: Arc<[u8]>,
    index: Arc<[u32]>,
    depth: usize,
}
