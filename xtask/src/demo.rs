//! `cargo xtask demo`: the main job from a fresh clone, then a page to look at.

use std::process::Command;

#[cfg(unix)]
use anyhow::Context;

#[cfg(unix)]
use crate::command::describe;
use crate::command::{node, run};
use crate::package;
use crate::project::Project;
use crate::tools;

/// What to do when the main job is done.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Mode {
    /// Serve the page until Ctrl-C.
    Stay,
    /// Exit.
    Once,
}

pub(crate) fn start(project: &Project, mode: Mode) -> anyhow::Result<()> {
    package::build(project)?;
    tools::ensure_npm_packages(&project.tests())?;
    let mut command = node();
    command.arg("demo/main.js").current_dir(project.tests());
    match mode {
        Mode::Once => run(command.arg("--once")),
        Mode::Stay => become_it(&mut command),
    }
}

/// Replaces this program by the demo: Ctrl-C reaches both, and the shell's prompt must not come back before the demo
/// has cleaned up.
#[cfg(unix)]
fn become_it(command: &mut Command) -> anyhow::Result<()> {
    use std::os::unix::process::CommandExt;
    Err(command.exec()).with_context(|| format!("cannot start {}", describe(command)))
}

#[cfg(not(unix))]
fn become_it(command: &mut Command) -> anyhow::Result<()> {
    run(command)
}
