//! The project's own commands, run as `cargo xtask <command>`.

mod bench;
mod command;
mod console;
mod demo;
mod docs;
mod files;
mod package;
mod project;
mod runner;
mod rust_worker;
mod suite;
mod system;
mod tools;
mod wasm;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::bail;

use crate::project::Project;

const USAGE: &str = "\
Usage: cargo xtask <command>

  build            build the npm package into pkg/ and check its size
  demo [--once]    run the main job against the emulator, then serve a page until Ctrl-C
  test [group]...  run every check and test, or those of some groups
  docs             write the reference of the npm package into target/docs/
  bench            build, then measure the package
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let started = Instant::now();
    match dispatch(&arguments.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error:#} (after {})", console::elapsed(started.elapsed()));
            ExitCode::FAILURE
        }
    }
}

/// `false` when the command has already said what failed.
fn dispatch(arguments: &[&str]) -> anyhow::Result<bool> {
    match arguments {
        [] | ["help" | "--help" | "-h", ..] => print!("{USAGE}"),
        ["build"] => {
            let project = Project::find()?;
            package::build(&project)?;
            package::check_size(&project)?;
        }
        ["demo"] => demo::start(&Project::find()?, demo::Mode::Stay)?,
        ["demo", "--once"] => demo::start(&Project::find()?, demo::Mode::Once)?,
        ["test", groups @ ..] => return suite::run_groups(&Project::find()?, groups),
        ["docs"] => docs::write(&Project::find()?)?,
        ["bench"] => bench::run_all(&Project::find()?)?,
        _ => bail!("unknown command `{}`\n\n{USAGE}", arguments.join(" ")),
    }
    Ok(true)
}
