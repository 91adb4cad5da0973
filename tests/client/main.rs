//! The client for services, against the emulator: its workspace, its databases and its faults.

#![cfg(not(target_arch = "wasm32"))]
#![allow(
    clippy::indexing_slicing,
    clippy::unwrap_used,
    clippy::expect_used,
    missing_docs,
    reason = "a test says so when it fails"
)]

mod calls;
mod emulator;
mod events;
mod flights;
mod hostile;
#[path = "../../examples/orders.rs"]
#[allow(dead_code, reason = "its main function runs as an example")]
mod orders;
mod postgres;
