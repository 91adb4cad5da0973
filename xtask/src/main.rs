//! The project's own commands, run as `cargo xtask <command>`.

mod command;
mod console;
mod files;
mod package;
mod project;
mod tools;
mod wasm;

use std::process::ExitCode;
use std::time::Instant;

use anyhow::bail;

use crate::project::Project;

const USAGE: &str = "\
Usage: cargo xtask <command>

  build    build the npm package into pkg/
";

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let started = Instant::now();
    match dispatch(&arguments.iter().map(String::as_str).collect::<Vec<_>>()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error:#} (after {})", console::elapsed(started.elapsed()));
            ExitCode::FAILURE
        }
    }
}

fn dispatch(arguments: &[&str]) -> anyhow::Result<()> {
    match arguments {
        [] | ["help" | "--help" | "-h", ..] => {
            print!("{USAGE}");
            Ok(())
        }
        ["build"] => package::build(&Project::find()?),
        _ => bail!("unknown command `{}`\n\n{USAGE}", arguments.join(" ")),
    }
}
