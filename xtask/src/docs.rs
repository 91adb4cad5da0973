//! `cargo xtask docs`: the reference of the npm package, from its types.

use crate::command::{node, run};
use crate::console::note;
use crate::project::Project;
use crate::tools;

pub(crate) fn write(project: &Project) -> anyhow::Result<()> {
    tools::require_node()?;
    let (tool, folder) = (project.tests().join("docs"), project.target.join("docs"));
    tools::ensure_npm_packages(&tool)?;
    run(node().arg(tool.join("reference.js")).arg(&folder))?;
    note(format_args!("{}", folder.join("index.html").display()));
    Ok(())
}
