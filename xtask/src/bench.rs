//! `cargo xtask bench`: measures the package as built.

use crate::command::{node, run};
use crate::package;
use crate::project::Project;
use crate::tools;

pub(crate) fn run_all(project: &Project) -> anyhow::Result<()> {
    package::build(project)?;
    tools::ensure_npm_packages(&project.tests())?;
    run(node().arg("benches/run.js").current_dir(&project.root))
}
