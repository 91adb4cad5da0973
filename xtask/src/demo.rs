//! `cargo xtask demo`: the main job from a fresh clone, then a page to look at.

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
    if mode == Mode::Once {
        command.arg("--once");
    }
    run(&mut command)
}
