//! The Worker in Rust of `examples/worker/`, made ready for workerd. Its users have `worker-build` do this, which fetches
//! programs of its own.

use std::path::PathBuf;

use anyhow::Context;
use wasm_bindgen_cli_support::Bindgen;

use crate::command::{cargo, run};
use crate::console::step;
use crate::files;
use crate::project::Project;
use crate::tools::{self, WASM_TARGET};

/// The stem of its files.
const STEM: &str = "orders_worker";

/// Leaves the module and its glue in the folder that is returned.
pub(crate) fn build(project: &Project) -> anyhow::Result<PathBuf> {
    tools::ensure_wasm_target(&project.root)?;
    step("Compiling the Worker in Rust", || {
        run(cargo()
            .args(["build", "--locked", "--target", WASM_TARGET, "--target-dir"])
            .arg(&project.target)
            // From its own folder, whose settings keep off what is npm's.
            .current_dir(project.root.join("examples/worker")))
    })?;
    let folder = project.work().join("rust-worker");
    files::fresh_folder(&folder)?;
    step("Generating its JavaScript glue", || {
        Bindgen::new()
            .input_path(project.target.join(WASM_TARGET).join("debug").join(format!("{STEM}.wasm")))
            .out_name(STEM)
            .bundler(true)?
            .typescript(false)
            .generate(&folder)
            .context("wasm-bindgen failed")
    })?;
    Ok(folder)
}
