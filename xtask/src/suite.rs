//! `cargo xtask test`: every check and every test, with one sum at the end.

use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use anyhow::{Context, bail};

use crate::command::{cargo, node, run};
use crate::console::{elapsed, note};
use crate::project::{CRATE, Project};
use crate::runner::{Count, check, tests};
use crate::system::{self, CHROMIUM, FIREFOX, JQ, PSQL, PYTHON};
use crate::tools::{self, WASM_TARGET};
use crate::{demo, package, rust_worker, wasm};

/// The flags of a program that depends on the crate: none of .cargo/config.toml's, which any flag keeps off.
const DEPENDENT: [&str; 2] = ["--cfg", "dependent"];

/// A file of tests that hangs is ended after five minutes, in ms.
const FILE_TIMEOUT: &str = "--test-timeout=300000";

/// One line of the final table.
struct Step {
    title: &'static str,
    /// The words that choose it: `cargo xtask test <word>…`.
    groups: &'static [&'static str],
    run: fn(&Project) -> anyhow::Result<Count>,
}

const STEPS: &[Step] = &[
    Step { title: "rustfmt", groups: &["lint"], run: rustfmt },
    Step { title: "clippy", groups: &["lint"], run: clippy },
    Step { title: "clippy for wasm32", groups: &["lint"], run: clippy_wasm },
    Step { title: "rustdoc", groups: &["lint"], run: rustdoc },
    Step { title: "native tests", groups: &["native"], run: native },
    Step { title: "client for services in Rust", groups: &["rust"], run: rust_client },
    Step { title: "Worker in Rust", groups: &["rust"], run: worker_in_rust },
    Step { title: "wasm tests in Chromium", groups: &["browser"], run: chromium },
    Step { title: "wasm tests in Firefox", groups: &["browser"], run: firefox },
    Step {
        title: "npm package",
        groups: &[
            "js", "size", "types", "package", "suite", "hostile", "identity", "admin", "forward", "demo",
            "bundlers", "orm", "docs", "drivers",
        ],
        run: npm_package,
    },
    Step { title: "size budget", groups: &["js", "size"], run: size_budget },
    Step { title: "types", groups: &["js", "types"], run: types },
    Step { title: "npm package as delivered", groups: &["js", "package"], run: package_tests },
    Step { title: "bundlers", groups: &["js", "bundlers"], run: bundlers },
    Step { title: "emulator", groups: &["js", "emulator"], run: emulator },
    Step { title: "other clients", groups: &["js", "clients"], run: clients },
    Step { title: "behaviour suite", groups: &["js", "suite"], run: suite },
    Step { title: "hostile servers", groups: &["js", "hostile"], run: hostile },
    Step { title: "drivers", groups: &["js", "drivers"], run: drivers },
    Step { title: "ORMs", groups: &["js", "orm"], run: orms },
    Step { title: "signing in", groups: &["js", "identity"], run: identity },
    Step { title: "admin", groups: &["js", "admin"], run: admin },
    Step { title: "forwarding", groups: &["js", "forward"], run: forward },
    Step { title: "page", groups: &["js", "page"], run: page },
    Step { title: "documentation", groups: &["js", "docs"], run: documentation },
    Step { title: "demo's page server", groups: &["js", "demo"], run: page_server },
    Step { title: "demo", groups: &["js", "demo"], run: demo_once },
];

/// What became of a step.
struct Outcome {
    title: &'static str,
    count: Count,
    time: Duration,
}

/// Runs the steps of these groups, or all of them; `false` when anything failed.
pub(crate) fn run_groups(project: &Project, groups: &[&str]) -> anyhow::Result<bool> {
    if let Some(unknown) = groups.iter().find(|group| !STEPS.iter().any(|step| step.groups.contains(group))) {
        bail!("no test group is called `{unknown}`; there are: {}", group_names().join(", "));
    }
    let chosen = |step: &&Step| groups.is_empty() || step.groups.iter().any(|group| groups.contains(group));
    let outcomes: Vec<_> = STEPS.iter().filter(chosen).map(|step| run_step(project, step)).collect();
    println!("\n==> Summary");
    let mut sum = Count::default();
    for Outcome { title, count, time } in outcomes {
        note(format_args!("{title:<26}{count:<34}{:>8}", elapsed(time)));
        sum += count;
    }
    println!("\n{sum}");
    Ok(sum.failed == 0)
}

fn group_names() -> Vec<&'static str> {
    let mut names: Vec<_> = STEPS.iter().flat_map(|step| step.groups).copied().collect();
    names.sort_unstable();
    names.dedup();
    names
}

fn run_step(project: &Project, step: &Step) -> Outcome {
    println!("\n==> Test: {}", step.title);
    let started = Instant::now();
    let count = (step.run)(project).unwrap_or_else(|error| {
        println!("    FAILED: {error:#}");
        Count { failed: 1, ..Count::default() }
    });
    Outcome { title: step.title, count, time: started.elapsed() }
}

fn rustfmt(project: &Project) -> anyhow::Result<Count> {
    let mut count = check(cargo().args(["fmt", "--all", "--check"]).current_dir(&project.root))?;
    // A workspace of its own.
    count += check(cargo().args(["fmt", "--check"]).current_dir(project.root.join("examples/worker")))?;
    Ok(count)
}

/// The workspace, then the crate as the features have it that programs choose.
fn clippy(project: &Project) -> anyhow::Result<Count> {
    let selections: [&[&str]; 4] = [
        &["--workspace", "--all-targets"],
        &["--package", CRATE, "--all-targets", "--features", "tokio-postgres"],
        &["--package", CRATE, "--lib", "--no-default-features", "--features", "reqwest"],
        &["--package", CRATE, "--lib", "--no-default-features"],
    ];
    let mut count = Count::default();
    for selection in selections {
        count += check(
            cargo()
                .args(["clippy", "--locked"])
                .args(selection)
                .args(["--", "-D", "warnings"])
                .current_dir(&project.root),
        )?;
    }
    Ok(count)
}

/// Once as a program that depends on the crate builds it; then as npm's package does, with the tests and by module.
fn clippy_wasm(project: &Project) -> anyhow::Result<Count> {
    tools::ensure_wasm_target(&project.root)?;
    let mut count = Count::default();
    let selections: [&[&str]; 2] = [&["--lib"], &["--lib", "--no-default-features", "--features", "worker"]];
    for selection in selections {
        count += clippy_wasm_as(project, &DEPENDENT.map(str::to_owned), selection)?;
    }
    count += clippy_wasm_as(project, &wasm::npm_flags("client"), &["--all-targets"])?;
    for module in &wasm::MODULES {
        let selection = ["--lib", "--no-default-features", "--features", module.features];
        count += clippy_wasm_as(project, &wasm::npm_flags(module.exports), &selection)?;
    }
    // The Worker in Rust, from its own folder, whose settings keep off what is npm's.
    count += check(
        cargo()
            .args(["clippy", "--locked", "--target", WASM_TARGET, "--target-dir"])
            .arg(&project.target)
            .args(["--", "-D", "warnings"])
            .current_dir(project.root.join("examples/worker")),
    )?;
    Ok(count)
}

fn clippy_wasm_as(project: &Project, flags: &[String], selection: &[&str]) -> anyhow::Result<Count> {
    check(
        cargo()
            .args(["clippy", "--locked", "--package", CRATE, "--target", WASM_TARGET])
            .args(["--config", &wasm::rustflags(flags)])
            .args(selection)
            .args(["--", "-D", "warnings"])
            .current_dir(&project.root),
    )
}

/// Once for each target: the web shell exists on one of them only.
fn rustdoc(project: &Project) -> anyhow::Result<Count> {
    tools::ensure_wasm_target(&project.root)?;
    let mut count = Count::default();
    let selections: [&[&str]; 3] = [
        &["--features", "tokio-postgres"],
        &["--target", WASM_TARGET],
        &["--target", WASM_TARGET, "--features", "worker"],
    ];
    for target in selections {
        count += check(
            cargo()
                .args(["doc", "--locked", "--no-deps", "--document-private-items", "--package", CRATE])
                .args(target)
                .env("RUSTDOCFLAGS", "-D warnings")
                .current_dir(&project.root),
        )?;
    }
    Ok(count)
}

fn native(project: &Project) -> anyhow::Result<Count> {
    tests(cargo().args(["test", "--locked", "--workspace", "--no-fail-fast"]).current_dir(&project.root))
}

fn rust_client(project: &Project) -> anyhow::Result<Count> {
    tools::require_node()?;
    tools::ensure_npm_packages(&project.tests())?;
    tests(
        cargo()
            .args(["test", "--locked", "--package", CRATE, "--features", "tokio-postgres"])
            .arg("--no-fail-fast")
            .current_dir(&project.root),
    )
}

fn worker_in_rust(project: &Project) -> anyhow::Result<Count> {
    let folder = rust_worker::build(project)?;
    tests(node_test_command(project, "rust-worker")?.env("RUST_WORKER", folder))
}

fn chromium(project: &Project) -> anyhow::Result<Count> {
    system::ensure(&[CHROMIUM])?;
    wasm_tests(project, "CHROMEDRIVER", &system::chromedriver().context("ChromeDriver is missing")?)
}

fn firefox(project: &Project) -> anyhow::Result<Count> {
    system::ensure(&[FIREFOX])?;
    let driver = match system::geckodriver() {
        Some(driver) => driver,
        None => tools::ensure_geckodriver(project)?,
    };
    wasm_tests(project, "GECKODRIVER", &driver)
}

fn wasm_tests(project: &Project, variable: &str, driver: &Path) -> anyhow::Result<Count> {
    tools::ensure_wasm_target(&project.root)?;
    run(cargo().args(["build", "--locked", "--package", "wasm-test-runner"]).current_dir(&project.root))?;
    tests(
        cargo()
            .args([
                "test",
                "--locked",
                "--package",
                CRATE,
                "--target",
                WASM_TARGET,
                "--tests",
                "--no-fail-fast",
            ])
            .env_remove("CHROMEDRIVER")
            .env_remove("GECKODRIVER")
            .env(variable, driver)
            .current_dir(&project.root),
    )
}

fn npm_package(project: &Project) -> anyhow::Result<Count> {
    package::build(project)?;
    Ok(Count::ONE)
}

fn size_budget(project: &Project) -> anyhow::Result<Count> {
    package::check_size(project)?;
    Ok(Count::ONE)
}

fn types(project: &Project) -> anyhow::Result<Count> {
    tools::ensure_npm_packages(&project.tests())?;
    let compiler = project.tests().join("node_modules/typescript/bin/tsc");
    check(node().arg(compiler).args(["--project", "types"]).current_dir(project.tests()))
}

fn package_tests(project: &Project) -> anyhow::Result<Count> {
    node_tests(project, "package")
}

fn bundlers(project: &Project) -> anyhow::Result<Count> {
    system::ensure(&[CHROMIUM])?;
    tools::ensure_npm_packages(&project.tests().join("bundlers"))?;
    node_tests(project, "bundlers")
}

fn emulator(project: &Project) -> anyhow::Result<Count> {
    node_tests(project, "emulator")
}

fn clients(project: &Project) -> anyhow::Result<Count> {
    system::ensure(&[PSQL, PYTHON])?;
    node_tests(project, "clients")
}

fn suite(project: &Project) -> anyhow::Result<Count> {
    system::ensure(&[CHROMIUM, FIREFOX])?;
    tools::ensure_npm_packages(&project.tests().join("runtimes"))?;
    node_tests(project, "suite")
}

fn hostile(project: &Project) -> anyhow::Result<Count> {
    every_driver(project, "hostile")
}

fn drivers(project: &Project) -> anyhow::Result<Count> {
    every_driver(project, "drivers")
}

/// Tests of all drivers in all runtimes.
fn every_driver(project: &Project, folder: &str) -> anyhow::Result<Count> {
    for packages in ["drivers", "runtimes"] {
        tools::ensure_npm_packages(&project.tests().join(packages))?;
    }
    node_tests(project, folder)
}

fn orms(project: &Project) -> anyhow::Result<Count> {
    system::ensure(&[PYTHON])?;
    tools::ensure_npm_packages(&project.tests().join("orm"))?;
    node_tests(project, "orm")
}

fn identity(project: &Project) -> anyhow::Result<Count> {
    system::ensure(&[CHROMIUM])?;
    node_tests(project, "identity")
}

fn admin(project: &Project) -> anyhow::Result<Count> {
    system::ensure(&[PSQL, PYTHON, JQ])?;
    node_tests(project, "admin")
}

fn forward(project: &Project) -> anyhow::Result<Count> {
    system::ensure(&[CHROMIUM])?;
    node_tests(project, "forward")
}

fn page(project: &Project) -> anyhow::Result<Count> {
    system::ensure(&[CHROMIUM])?;
    node_tests(project, "page")
}

/// The programs that the documentation shows, each in its runtime; and the reference.
fn documentation(project: &Project) -> anyhow::Result<Count> {
    system::ensure(&[CHROMIUM, PSQL])?;
    for folder in ["bundlers", "drivers", "runtimes", "docs"] {
        tools::ensure_npm_packages(&project.tests().join(folder))?;
    }
    node_tests(project, "docs")
}

fn page_server(project: &Project) -> anyhow::Result<Count> {
    node_tests(project, "demo")
}

fn demo_once(project: &Project) -> anyhow::Result<Count> {
    demo::start(project, demo::Mode::Once)?;
    Ok(Count::ONE)
}

/// Runs the `*.test.js` files of one folder in `tests/`, with the runner of Node.js.
fn node_tests(project: &Project, folder: &str) -> anyhow::Result<Count> {
    tests(&mut node_test_command(project, folder)?)
}

fn node_test_command(project: &Project, folder: &str) -> anyhow::Result<Command> {
    let version = tools::require_node()?;
    tools::ensure_npm_packages(&project.tests())?;
    // By name: what `node --test <folder>` means differs between versions of Node.js.
    let files = test_files(&project.tests().join(folder))?;
    if files.is_empty() {
        bail!("tests/{folder} holds no *.test.js");
    }
    let mut command = node();
    command.args(["--test", "--test-reporter=spec"]);
    if version >= (20, 11) {
        command.arg(FILE_TIMEOUT);
    }
    command.args(files).current_dir(project.tests());
    Ok(command)
}

fn test_files(folder: &Path) -> anyhow::Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    let entries = std::fs::read_dir(folder).with_context(|| format!("cannot list {}", folder.display()))?;
    for entry in entries {
        let path = entry.with_context(|| format!("cannot list {}", folder.display()))?.path();
        if path.is_dir() && !path.ends_with("node_modules") {
            files.extend(test_files(&path)?);
        } else if path.to_string_lossy().ends_with(".test.js") {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod unit_tests {
    use super::*;

    #[test]
    fn groups_are_named_once() {
        let names = group_names();
        assert!(names.contains(&"native") && names.contains(&"js"));
        assert_eq!(names.iter().filter(|name| **name == "js").count(), 1);
    }

    #[test]
    fn an_unknown_group_is_refused_before_anything_runs() {
        let project = Project { root: PathBuf::new(), target: PathBuf::new(), version: String::new() };
        let error = run_groups(&project, &["nativ"]).expect_err("there is no such group");
        assert!(error.to_string().contains("`nativ`"));
    }
}
