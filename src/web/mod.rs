//! The web shell: the core's operations as classes for the JavaScript side of the npm package.
//!
//! It reads options, gives the core the clock and randomness, and turns its steps, outputs and errors into JavaScript
//! values. The steps themselves are carried out by `pkg-template/lib/run.js`: there is no future, no promise and no
//! callback in here, so nothing is left half done when a runtime drops a request.

#![allow(unreachable_pub, reason = "wasm-bindgen exports only what is pub")]

mod connect;
pub(crate) mod js;
mod operation;
mod options;
#[cfg(not(feature = "std"))]
mod panic;
mod platform;
mod provider;
mod throw;
pub(crate) mod value;
mod workspace;

pub use operation::OperationCore;
pub use provider::ProviderCore;
pub use workspace::WorkspaceCore;

// A third of the size of the standard one in the WebAssembly.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
