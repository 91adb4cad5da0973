//! Databricks Lakebase database credentials for edge functions, browsers and services.
//!
//! The crate has two parts. The core, which is all but `web`, does no I/O and reads no clock: it is given time,
//! randomness and answers, and says what to do next. The shell, `web`, is compiled for WebAssembly only, and does it.
//!
//! A native service drives the core itself: [`target::Target`] and [`identity::Identity`] make requests,
//! [`call::Call`] judges what came of them, and [`planner::Planner`] decides when a token is served, renewed or
//! fetched.

#![cfg_attr(not(test), no_std)]

extern crate alloc;
#[cfg(any(feature = "std", not(target_arch = "wasm32")))]
extern crate std;

#[cfg(all(target_arch = "wasm32", not(any(feature = "std", npm))))]
compile_error!("in WebAssembly this crate needs its feature `std`, by which it reads JSON");

pub mod access;
pub mod address;
pub mod answer;
pub mod call;
pub mod classify;
pub mod clock;
#[cfg(feature = "admin")]
pub mod code;
pub mod connection;
pub mod discovery;
pub mod driver;
#[cfg(feature = "admin")]
pub mod endpoints;
pub mod error;
pub mod fields;
pub mod forward;
pub mod http;
pub mod identity;
pub mod instance;
pub mod json;
pub mod lifetime;
pub mod login;
pub mod operation;
pub mod planner;
#[cfg(feature = "admin")]
pub mod role;
pub mod secret;
pub mod session;
mod shared;
#[cfg(feature = "admin")]
pub mod sign_in;
pub mod target;
pub mod text;
pub mod time;
pub mod tls;
pub mod token;
#[cfg(all(target_arch = "wasm32", npm))]
#[doc(hidden)]
pub mod web;

pub use error::{Code, Error};
pub use secret::Secret;
