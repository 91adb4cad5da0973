//! The cells of the standard library, of which threads may share one. It is locked for as long as it takes to look.

use std::sync::{Mutex, MutexGuard, PoisonError};

/// As [`core::cell::RefCell`].
#[derive(Debug, Default)]
pub(crate) struct RefCell<T>(Mutex<T>);

/// As [`core::cell::Cell`].
pub(crate) type Cell<T> = RefCell<T>;

impl<T> RefCell<T> {
    pub(crate) const fn new(value: T) -> Self {
        Self(Mutex::new(value))
    }

    /// What panicked elsewhere has left it whole: each change is one assignment, or one call of a planner.
    pub(crate) fn lock(&self) -> MutexGuard<'_, T> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(crate) fn borrow(&self) -> MutexGuard<'_, T> {
        self.lock()
    }

    pub(crate) fn borrow_mut(&self) -> MutexGuard<'_, T> {
        self.lock()
    }

    pub(crate) fn replace(&self, value: T) -> T {
        core::mem::replace(&mut *self.lock(), value)
    }

    #[cfg(feature = "admin")]
    pub(crate) fn take(&self) -> T
    where
        T: Default,
    {
        self.replace(T::default())
    }

    pub(crate) fn set(&self, value: T) {
        self.replace(value);
    }

    pub(crate) fn get(&self) -> T
    where
        T: Copy,
    {
        *self.lock()
    }
}
