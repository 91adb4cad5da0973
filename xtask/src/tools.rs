//! Fetching what a build needs and a fresh machine lacks.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::{Context, bail};

use crate::command::{cargo, npm, output, run};
use crate::console::step;
use crate::files;
use crate::project::Project;

pub(crate) const WASM_TARGET: &str = "wasm32-unknown-unknown";

/// Adds the wasm target to the toolchain in use.
///
/// rustup does so by itself from rust-toolchain.toml, unless `RUSTUP_AUTO_INSTALL=0` forbids it.
pub(crate) fn ensure_wasm_target(root: &Path) -> anyhow::Result<()> {
    let libraries = output(
        Command::new("rustc").args(["--print", "target-libdir", "--target", WASM_TARGET]).current_dir(root),
    )?;
    if Path::new(libraries.trim()).exists() {
        return Ok(());
    }
    step(format!("Adding the Rust target {WASM_TARGET}"), || {
        run(Command::new("rustup").args(["target", "add", WASM_TARGET]).current_dir(root))
            .with_context(|| format!("this toolchain has no {WASM_TARGET} and rustup could not add it"))
    })
}

/// Installs a folder's npm packages exactly as its lock file says, when they are missing or the lock has changed.
pub(crate) fn ensure_npm_packages(folder: &Path) -> anyhow::Result<()> {
    let name = folder.file_name().unwrap_or_default().to_string_lossy();
    let lock = files::read(&folder.join("package-lock.json"))?;
    let stamp = folder.join("node_modules").join(".installed-lock.json");
    if files::holds(&stamp, &lock) {
        return Ok(());
    }
    step(format!("Installing the npm packages of {name}/"), || {
        run(npm().args(["ci", "--no-audit", "--no-fund", "--loglevel=error"]).current_dir(folder))
            .context("npm ci failed; it needs Node.js 20.10 or newer and the npm registry")?;
        files::write(&stamp, &lock)
    })
}

/// The version of geckodriver that is built where a machine has none.
const GECKODRIVER: &str = "0.36.0";

/// Builds Firefox's `WebDriver` from crates.io, where it comes from; the folder is named by its version, and kept.
pub(crate) fn ensure_geckodriver(project: &Project) -> anyhow::Result<PathBuf> {
    let folder = project.work().join(format!("geckodriver-{GECKODRIVER}"));
    let program = folder.join("bin").join(format!("geckodriver{}", std::env::consts::EXE_SUFFIX));
    if program.exists() {
        return Ok(program);
    }
    step(format!("Building geckodriver {GECKODRIVER}, once"), || {
        // Quick to build rather than quick to run: all that it does is to pass commands on.
        run(cargo()
            .args([
                "install",
                "geckodriver",
                "--locked",
                "--debug",
                "--quiet",
                "--version",
                GECKODRIVER,
                "--root",
            ])
            .arg(&folder)
            .env("CARGO_PROFILE_DEV_DEBUG", "false")
            .current_dir(&project.root))
        .context(
            "the tests in Firefox need geckodriver, and cargo could not build it: put it on the PATH, or set \
             GECKODRIVER to its path",
        )
    })?;
    Ok(program)
}

/// A release of Node.js: its major and minor number.
pub(crate) type NodeVersion = (u32, u32);

/// Refuses a Node.js that is too old, before anything fails in a way that does not say so.
pub(crate) fn require_node() -> anyhow::Result<NodeVersion> {
    const OLDEST: NodeVersion = (20, 10);
    let version = output(Command::new("node").arg("--version")).context(
        "Node.js is missing: install version 20.10 or newer from your system's packages or nodejs.org",
    )?;
    match parse_version(&version) {
        Some(found) if found >= OLDEST => Ok(found),
        _ => bail!("Node.js {} is too old: version 20.10 or newer is needed", version.trim()),
    }
}

fn parse_version(text: &str) -> Option<NodeVersion> {
    let mut numbers = text.trim().trim_start_matches('v').split('.');
    Some((numbers.next()?.parse().ok()?, numbers.next()?.parse().ok()?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        assert_eq!(parse_version("v20.20.2\n"), Some((20, 20)));
        assert!(parse_version("v9.11.0") < Some((20, 10)));
        assert!(parse_version("v100.0.0") > Some((20, 10)));
        assert_eq!(parse_version("nightly"), None);
    }
}
