//! The web shell: the core's operations as classes for the JavaScript side of the npm package.
//!
//! It reads options, gives the core the clock and randomness, and turns its steps, outputs and errors into JavaScript
//! values. The steps themselves are carried out by `pkg-template/lib/client/run.js`: there is no future, no promise and no
//! callback in here, so nothing is left half done when a runtime drops a request.

#![allow(unreachable_pub, reason = "wasm-bindgen exports only what is pub")]
#![allow(clippy::unnecessary_wraps, reason = "see `value::Given`")]

#[cfg(feature = "admin")]
mod admin;
#[cfg(npm = "client")]
mod connect;
#[cfg(npm = "forward")]
mod forward;
pub(crate) mod js;
#[cfg(npm = "client")]
mod operation;
#[cfg(npm = "client")]
mod options;
#[cfg(not(feature = "std"))]
mod panic;
#[cfg(npm = "client")]
mod platform;
#[cfg(npm = "client")]
mod provider;
#[cfg(feature = "admin")]
mod sign_in;
mod throw;
pub(crate) mod value;
#[cfg(npm = "client")]
mod workspace;

#[cfg(npm = "forward")]
pub use forward::ForwarderCore;
#[cfg(npm = "client")]
pub use operation::OperationCore;
#[cfg(npm = "client")]
pub use provider::ProviderCore;
#[cfg(feature = "admin")]
pub use sign_in::UserSessionCore;
#[cfg(npm = "client")]
pub use workspace::WorkspaceCore;

// A third of the size of the standard one in the WebAssembly.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
