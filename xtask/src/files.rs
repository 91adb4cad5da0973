//! File operations whose errors name the file.

use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

pub(crate) fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("cannot read {}", path.display()))
}

pub(crate) fn read_text(path: &Path) -> anyhow::Result<String> {
    fs::read_to_string(path).with_context(|| format!("cannot read {}", path.display()))
}

pub(crate) fn write(path: &Path, contents: impl AsRef<[u8]>) -> anyhow::Result<()> {
    fs::write(path, contents).with_context(|| format!("cannot write {}", path.display()))
}

pub(crate) fn copy(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::copy(from, to).with_context(|| format!("cannot copy {} to {}", from.display(), to.display()))?;
    Ok(())
}

pub(crate) fn rename(from: &Path, to: &Path) -> anyhow::Result<()> {
    fs::rename(from, to).with_context(|| format!("cannot move {} to {}", from.display(), to.display()))
}

pub(crate) fn create_folder(path: &Path) -> anyhow::Result<()> {
    fs::create_dir_all(path).with_context(|| format!("cannot make the folder {}", path.display()))
}

/// Removes a folder and what is in it; one that is not there is fine.
pub(crate) fn remove_folder(path: &Path) -> anyhow::Result<()> {
    if path.exists() {
        fs::remove_dir_all(path).with_context(|| format!("cannot remove the folder {}", path.display()))?;
    }
    Ok(())
}

/// An empty folder, whatever was there before.
pub(crate) fn fresh_folder(path: &Path) -> anyhow::Result<()> {
    remove_folder(path)?;
    create_folder(path)
}

/// The paths of what is in a folder.
pub(crate) fn list(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    fs::read_dir(folder)
        .and_then(|entries| entries.map(|entry| Ok(entry?.path())).collect())
        .with_context(|| format!("cannot list {}", folder.display()))
}

/// Copies what is in one folder into another.
pub(crate) fn copy_folder(from: &Path, to: &Path) -> anyhow::Result<()> {
    create_folder(to)?;
    for source in list(from)? {
        let target = to.join(source.file_name().unwrap_or_default());
        if source.is_dir() {
            copy_folder(&source, &target)?;
        } else {
            copy(&source, &target)?;
        }
    }
    Ok(())
}

/// Whether a file holds exactly this; `false` when it cannot be read.
pub(crate) fn holds(path: &Path, contents: &[u8]) -> bool {
    fs::read(path).is_ok_and(|found| found == contents)
}
