//! Running a test runner: its output passes through, its closing lines are counted.

use std::fmt;
use std::io::{BufRead, BufReader};
use std::ops::AddAssign;
use std::process::{Command, Stdio};

use anyhow::{Context, bail};

use crate::command::{describe, run};

/// How many tests ended which way.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Count {
    pub(crate) passed: u64,
    pub(crate) failed: u64,
    pub(crate) skipped: u64,
}

impl AddAssign for Count {
    fn add_assign(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }
}

/// The form in which a run is summed up, as other runners write it.
impl fmt::Display for Count {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { passed, failed, skipped } = self;
        let text = match skipped {
            0 => format!("{passed} passed, {failed} failed"),
            _ => format!("{passed} passed, {failed} failed, {skipped} skipped"),
        };
        formatter.pad(&text)
    }
}

impl Count {
    /// A check that passed.
    pub(crate) const ONE: Self = Self { passed: 1, failed: 0, skipped: 0 };

    /// Takes in one line of a runner's output, if it is one that closes a run.
    fn read(&mut self, line: &str) {
        if let Some(result) = line.strip_prefix("test result: ") {
            // cargo test and wasm-bindgen-test: `test result: ok. 3 passed; 0 failed; 0 ignored; …`
            let result = result.split_once(". ").map_or("", |(_, counts)| counts);
            for part in result.split(';') {
                self.add(part.trim().split_once(' ').map(|(number, word)| (word, number)));
            }
        } else if let Some(total) = line.strip_prefix("ℹ ") {
            // node --test: `ℹ pass 3`
            self.add(total.split_once(' '));
        }
    }

    fn add(&mut self, total: Option<(&str, &str)>) {
        let Some((word, number)) = total else { return };
        let Ok(number) = number.parse::<u64>() else { return };
        match word {
            "passed" | "pass" => self.passed += number,
            "failed" | "fail" | "cancelled" => self.failed += number,
            "ignored" | "skipped" | "todo" => self.skipped += number,
            _ => {}
        }
    }
}

/// Runs a command that is one check in itself, such as a linter.
pub(crate) fn check(command: &mut Command) -> anyhow::Result<Count> {
    run(command)?;
    Ok(Count::ONE)
}

/// Runs a test runner and counts what its closing lines say.
///
/// Tests that failed are in the count; an error means that the count cannot be trusted.
pub(crate) fn tests(command: &mut Command) -> anyhow::Result<Count> {
    let mut child = command
        .stdout(Stdio::piped())
        .spawn()
        .with_context(|| format!("cannot start {}", describe(command)))?;
    let mut count = Count::default();
    let output = child.stdout.take().context("a child process has no standard output")?;
    for line in BufReader::new(output).split(b'\n') {
        let line = line.with_context(|| format!("cannot read what {} writes", describe(command)))?;
        let line = String::from_utf8_lossy(&line);
        println!("{line}");
        count.read(&line);
    }
    let status = child.wait().with_context(|| format!("cannot wait for {}", describe(command)))?;
    if !status.success() && count.failed == 0 {
        bail!("{} ended with {status}, {} tests having passed", describe(command), count.passed);
    }
    if status.success() && count.passed == 0 {
        bail!("{} ran no test", describe(command));
    }
    Ok(count)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn count(output: &str) -> Count {
        let mut count = Count::default();
        output.lines().for_each(|line| count.read(line));
        count
    }

    #[test]
    fn the_closing_lines_of_cargo_test_are_counted() {
        let output = "running 3 tests\ntest a ... ok\n\
            test result: FAILED. 2 passed; 1 failed; 4 ignored; 0 measured; 0 filtered out; finished in 0.00s\n\
            test result: ok. 5 passed; 0 failed; 0 ignored; 0 measured; 9 filtered out; finished in 0.00s\n";
        assert_eq!(count(output), Count { passed: 7, failed: 1, skipped: 4 });
    }

    #[test]
    fn the_closing_lines_of_node_are_counted() {
        let output =
            "✔ a (1ms)\nℹ tests 9\nℹ suites 2\nℹ pass 5\nℹ fail 1\nℹ cancelled 1\nℹ skipped 1\nℹ todo 1\n";
        assert_eq!(count(output), Count { passed: 5, failed: 2, skipped: 2 });
    }

    #[test]
    fn other_lines_are_not() {
        assert_eq!(count("  ℹ pass 5\npassed 3\ntest result: \nℹ pass many\n"), Count::default());
    }

    #[test]
    fn a_runner_that_fails_or_runs_nothing_is_an_error() {
        assert!(tests(Command::new("cargo").arg("--version")).is_err());
        assert!(tests(Command::new("cargo").arg("--no-such-flag").stderr(Stdio::null())).is_err());
    }
}
