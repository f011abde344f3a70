//! Locks of data that is consistent whenever a lock is released, even by a thread that panics.
use std::sync::{LockResult, PoisonError};

/// The guard of a lock, whether or not a thread has panicked while holding that lock.
pub(crate) fn unpoisoned<T>(guard: LockResult<T>) -> T {
    guard.unwrap_or_else(PoisonError::into_inner)
}
