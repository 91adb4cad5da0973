//! wasm-bindgen's test runner, at the version in Cargo.lock and with nothing to install.
//!
//! `.cargo/config.toml` names it as the runner of the wasm target. It is a package of its own because it takes longer
//! to compile than xtask, and building the npm package does not need it.

fn main() -> anyhow::Result<()> {
    wasm_bindgen_cli::wasm_bindgen_test_runner::run_cli_with_args(std::env::args_os())
}
