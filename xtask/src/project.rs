//! Where things are in this repository, and what Cargo knows about it.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::Value;

use crate::command::{cargo, output};

/// The crate that becomes the npm package.
pub(crate) const CRATE: &str = "lakebase-credentials";

/// The stem of every file that the WebAssembly build makes.
pub(crate) const STEM: &str = "lakebase_credentials";

pub(crate) struct Project {
    /// The folder of the repository.
    pub(crate) root: PathBuf,
    /// Cargo's target folder, wherever it was put.
    pub(crate) target: PathBuf,
    /// The version in Cargo.toml, which the npm package takes over.
    pub(crate) version: String,
}

impl Project {
    pub(crate) fn find() -> anyhow::Result<Self> {
        let root = Path::new(env!("CARGO_MANIFEST_DIR")).parent().context("xtask has no parent folder")?;
        let json = output(
            cargo().args(["metadata", "--no-deps", "--format-version", "1", "--locked"]).current_dir(root),
        )?;
        let metadata: Value = serde_json::from_str(&json).context("cargo metadata gave no JSON")?;
        let package = metadata["packages"]
            .as_array()
            .and_then(|packages| packages.iter().find(|package| package["name"] == CRATE))
            .with_context(|| format!("cargo metadata names no package {CRATE}"))?;
        let text = |value: &Value| value.as_str().map(str::to_owned);
        Ok(Self {
            root: root.to_owned(),
            target: text(&metadata["target_directory"])
                .context("cargo metadata names no target folder")?
                .into(),
            version: text(&package["version"]).context("cargo metadata names no version")?,
        })
    }

    pub(crate) fn xtask(&self) -> PathBuf {
        self.root.join("xtask")
    }

    pub(crate) fn tests(&self) -> PathBuf {
        self.root.join("tests")
    }

    /// The npm package that `cargo xtask build` leaves.
    pub(crate) fn pkg(&self) -> PathBuf {
        self.root.join("pkg")
    }

    /// What lies between the steps of a build.
    pub(crate) fn work(&self) -> PathBuf {
        self.target.join("xtask")
    }
}
