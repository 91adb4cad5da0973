//! Programs that the tests need from the system: found on the PATH or, on Debian as root, installed.

use std::path::{Path, PathBuf};
use std::process::Command;

use anyhow::bail;

use crate::command::{output, run, succeeds};
use crate::console::step;

/// A program, and the Debian packages that bring it.
pub(crate) struct Requirement {
    pub(crate) what: &'static str,
    pub(crate) debian: &'static [&'static str],
    pub(crate) present: fn() -> bool,
}

const CHROMES: [&str; 3] = ["chromium", "google-chrome", "chrome"];
const FIREFOXES: [&str; 2] = ["firefox", "firefox-esr"];

pub(crate) const CHROMIUM: Requirement = Requirement {
    what: "Chromium with ChromeDriver",
    debian: &["chromium", "chromium-driver"],
    // Elsewhere than on Linux a browser is an application that its driver finds by itself.
    present: || chromedriver().is_some() && (!cfg!(target_os = "linux") || CHROMES.into_iter().any(on_path)),
};

pub(crate) const FIREFOX: Requirement = Requirement {
    what: "Firefox",
    debian: &["firefox-esr"],
    present: || !cfg!(target_os = "linux") || FIREFOXES.into_iter().any(on_path),
};

pub(crate) const PSQL: Requirement = Requirement {
    what: "psql, PostgreSQL's client",
    debian: &["postgresql-client"],
    present: || on_path("psql"),
};

pub(crate) const JQ: Requirement = Requirement { what: "jq", debian: &["jq"], present: || on_path("jq") };

pub(crate) const PYTHON: Requirement = Requirement {
    what: "Python 3 with the venv module",
    debian: &["python3", "python3-venv"],
    // Debian splits ensurepip off, without which a virtual environment has no pip.
    present: || succeeds(Command::new("python3").args(["-c", "import venv, ensurepip"])),
};

/// Makes sure that all of these are there, or says how to get them.
pub(crate) fn ensure(requirements: &[Requirement]) -> anyhow::Result<()> {
    let missing: Vec<_> = requirements.iter().filter(|requirement| !(requirement.present)()).collect();
    if missing.is_empty() {
        return Ok(());
    }
    let names = missing.iter().map(|requirement| requirement.what).collect::<Vec<_>>().join("; ");
    let packages: Vec<_> = missing.iter().flat_map(|requirement| requirement.debian).copied().collect();
    if !is_debian() || !is_root() {
        bail!(
            "the tests need {names}: put it on the PATH. On Debian: apt-get install {}. For another browser \
             driver, set CHROMEDRIVER or GECKODRIVER to its path",
            packages.join(" ")
        );
    }
    step(format!("Installing from Debian: {}", packages.join(", ")), || {
        run(&mut apt_get(&["update", "--quiet=2"]))?;
        run(apt_get(&["install", "--yes", "--quiet=2", "--no-install-recommends"]).args(packages))
    })?;
    match missing.iter().find(|requirement| !(requirement.present)()) {
        Some(requirement) => {
            bail!("Debian's packages were installed, but {} is still missing", requirement.what)
        }
        None => Ok(()),
    }
}

/// The `WebDriver` of Chromium: the one that the environment names, or the one on the PATH.
pub(crate) fn chromedriver() -> Option<PathBuf> {
    driver("CHROMEDRIVER", "chromedriver")
}

/// The `WebDriver` of Firefox: the one that the environment names, or the one on the PATH. Debian has none.
pub(crate) fn geckodriver() -> Option<PathBuf> {
    driver("GECKODRIVER", "geckodriver")
}

fn driver(variable: &str, program: &str) -> Option<PathBuf> {
    std::env::var_os(variable).map(PathBuf::from).or_else(|| find(program))
}

fn on_path(program: &str) -> bool {
    find(program).is_some()
}

fn find(program: &str) -> Option<PathBuf> {
    let program = format!("{program}{}", std::env::consts::EXE_SUFFIX);
    std::env::split_paths(&std::env::var_os("PATH")?)
        .map(|folder| folder.join(&program))
        .find(|path| path.is_file())
}

fn is_debian() -> bool {
    std::fs::read_to_string(Path::new("/etc/os-release"))
        .is_ok_and(|text| text.lines().any(|line| line == "ID=debian"))
}

fn is_root() -> bool {
    output(Command::new("id").arg("-u")).is_ok_and(|user| user.trim() == "0")
}

fn apt_get(arguments: &[&str]) -> Command {
    let mut command = Command::new("apt-get");
    command.env("DEBIAN_FRONTEND", "noninteractive").args(arguments);
    command
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn programs_are_found_by_name() {
        assert!(on_path("cargo"));
        assert!(!on_path("no-such-program"));
    }
}
