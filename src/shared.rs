//! What requests share: plain counting and cells in WebAssembly, which has one thread, and the same between threads
//! elsewhere, where one [`crate::session::Session`] serves all of them.

#[cfg(not(target_arch = "wasm32"))]
mod threads;

#[cfg(target_arch = "wasm32")]
pub(crate) use alloc::rc::Rc;
#[cfg(all(target_arch = "wasm32", feature = "admin"))]
pub(crate) use alloc::rc::Weak;
#[cfg(not(target_arch = "wasm32"))]
pub(crate) use alloc::sync::Arc as Rc;
#[cfg(all(not(target_arch = "wasm32"), feature = "admin"))]
pub(crate) use alloc::sync::Weak;
#[cfg(all(target_arch = "wasm32", feature = "admin"))]
pub(crate) use core::cell::OnceCell;
#[cfg(target_arch = "wasm32")]
pub(crate) use core::cell::{Cell, RefCell};
#[cfg(all(not(target_arch = "wasm32"), feature = "admin"))]
pub(crate) use std::sync::OnceLock as OnceCell;

#[cfg(not(target_arch = "wasm32"))]
pub(crate) use threads::{Cell, RefCell};

/// Changes what a cell holds, as one step.
#[cfg(target_arch = "wasm32")]
pub(crate) fn update<T: Default, R>(cell: &Cell<T>, change: impl FnOnce(&mut T) -> R) -> R {
    let mut value = cell.take();
    let result = change(&mut value);
    cell.set(value);
    result
}

/// Changes what a cell holds, as one step.
#[cfg(not(target_arch = "wasm32"))]
pub(crate) fn update<T, R>(cell: &Cell<T>, change: impl FnOnce(&mut T) -> R) -> R {
    change(&mut cell.lock())
}
