//! The web shell: what the core decides, done with the platform's `fetch`, timers, clock and randomness.
//!
//! It exports the classes behind the npm package. It decides nothing that the core could.

#![expect(unreachable_pub, reason = "wasm-bindgen exports only what is pub")]

mod connect;
mod fetch;
mod lookup;
mod platform;
mod provider;
mod request;
mod session;
mod slot;
mod throw;
pub(crate) mod value;
mod wait;
mod workspace;

// A third of the size of the standard one in the WebAssembly.
#[global_allocator]
static ALLOCATOR: talc::wasm::WasmDynamicTalc = talc::wasm::new_wasm_dynamic_allocator();
