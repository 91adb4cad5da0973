//! From the Rust crate to the WebAssembly module and its glue: compile, bind, optimise.

use std::path::{Path, PathBuf};

use anyhow::Context;
use serde_json::Value;
use wasm_bindgen_cli_support::{Bindgen, EncodeInto, Output};

use crate::command::{cargo, node, output, run};
use crate::console::{note, step};
use crate::files;
use crate::project::{CRATE, Project, STEM};
use crate::tools::WASM_TARGET;

/// What rustc 1.95 may use on this target; wasm-opt refuses a module that uses more than it is told.
const FEATURES: [&str; 6] = [
    "--enable-bulk-memory",
    "--enable-multivalue",
    "--enable-mutable-globals",
    "--enable-nontrapping-float-to-int",
    "--enable-reference-types",
    "--enable-sign-ext",
];

/// A WebAssembly module of the package: the feature of the crate that has its exports, and the stem of its files.
struct Module {
    feature: &'static str,
    stem: &'static str,
}

const MODULES: [Module; 3] = [
    Module { feature: "client", stem: STEM },
    Module { feature: "admin", stem: "lakebase_credentials_admin" },
    Module { feature: "forward", stem: "lakebase_credentials_forward" },
];

/// A WebAssembly module and the JavaScript that it imports, ready to be packaged.
pub(crate) struct Wasm {
    pub(crate) stem: &'static str,
    pub(crate) module: PathBuf,
    pub(crate) glue: PathBuf,
}

pub(crate) fn build(project: &Project) -> anyhow::Result<Vec<Wasm>> {
    MODULES.iter().map(|module| build_module(project, module)).collect()
}

fn build_module(project: &Project, wanted: &Module) -> anyhow::Result<Wasm> {
    let Module { feature, stem } = *wanted;
    // The modules are of one crate and one profile: in one folder, each would have the other compiled anew.
    let work = project.work().join(feature);
    let compiled = step(format!("Compiling the crate to WebAssembly ({feature})"), || {
        compile(project, feature, &work.join("cargo"))
    })?;
    let bound = step("Generating the JavaScript glue", || bind(&work.join("bindgen"), stem, &compiled))?;
    let module = step("Optimising the WebAssembly for size", || {
        optimise(project, &work.join("wasm-opt"), &bound.module)
    })?;
    Ok(Wasm { module, ..bound })
}

fn compile(project: &Project, feature: &str, folder: &Path) -> anyhow::Result<PathBuf> {
    let messages = output(
        cargo()
            // With the rlib beside it, cargo does no link-time optimisation.
            .args(["rustc", "--release", "--locked", "--lib", "--crate-type", "cdylib"])
            .args(["--package", CRATE, "--target", WASM_TARGET, "--no-default-features"])
            .args(["--features", feature, "--target-dir"])
            .arg(folder)
            .args(["--message-format", "json-render-diagnostics"])
            .args(["--config", &format!("target.{WASM_TARGET}.rustflags = {}", path_remaps(&project.root))])
            .current_dir(&project.root),
    )?;
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["target"]["name"] == STEM)
        .flat_map(|message| message["filenames"].as_array().cloned().unwrap_or_default())
        .filter_map(|name| name.as_str().map(PathBuf::from))
        .find(|path| path.extension().is_some_and(|extension| extension == "wasm"))
        .context("cargo built no .wasm file: the crate must be a cdylib")
}

/// Source paths end up in panic messages: without the machine's own folders they are shorter, and two machines
/// build the same bytes.
fn path_remaps(root: &Path) -> String {
    let home = std::env::var_os("CARGO_HOME")
        .map(PathBuf::from)
        .or_else(|| std::env::home_dir().map(|home| home.join(".cargo")))
        .unwrap_or_default();
    let registry = home.join("registry").join("src");
    let mut sources: Vec<PathBuf> = std::fs::read_dir(&registry)
        .map(|entries| entries.filter_map(Result::ok).map(|entry| entry.path()).collect())
        .unwrap_or_default();
    sources.sort();
    sources.push(root.to_owned());
    let flags: Vec<String> =
        sources.iter().map(|path| format!("--remap-path-prefix={}=", path.display())).collect();
    // A JSON array of strings is a TOML one too.
    Value::from(flags).to_string()
}

fn bind(folder: &Path, stem: &'static str, compiled: &Path) -> anyhow::Result<Wasm> {
    files::fresh_folder(folder)?;
    let mut output = Bindgen::new()
        .input_path(compiled)
        .out_name(stem)
        .bundler(true)?
        .typescript(false)
        .encode_into(EncodeInto::Always)
        .remove_name_section(true)
        .remove_producers_section(true)
        .generate_output()
        .context("wasm-bindgen failed")?;
    let names = shorten_names(&mut output);
    output.emit(folder).context("wasm-bindgen failed")?;
    let glue = folder.join(format!("{stem}_bg.js"));
    let mut text = String::from_utf8(files::read(&glue)?).context("the glue is not UTF-8")?;
    for (long, short) in names {
        text = text.replace(&long, &short);
    }
    files::write(&glue, text)?;
    Ok(Wasm { stem, module: folder.join(format!("{stem}_bg.wasm")), glue })
}

/// Shortens the names by which module and glue know each other's functions: no bundler can, as it sees only one side.
///
/// Returns what the glue must replace, longest first, since one name may begin with another.
fn shorten_names(output: &mut Output) -> Vec<(String, String)> {
    /// What the package's loader uses.
    const KEPT: [&str; 2] = ["__wbindgen_start", "memory"];
    let module = output.wasm_mut();
    let imports = module.imports.iter_mut().map(|import| ("", &mut import.name));
    let exports = module.exports.iter_mut().map(|export| ("wasm.", &mut export.name));
    let mut names = Vec::new();
    for (number, (prefix, name)) in imports.chain(exports).enumerate() {
        if !KEPT.contains(&name.as_str()) {
            let short = format!("f{number}");
            names.push((format!("{prefix}{name}"), format!("{prefix}{short}")));
            *name = short;
        }
    }
    names.sort_by_key(|(long, _)| std::cmp::Reverse(long.len()));
    names
}

/// Runs wasm-opt, which takes longer than everything else in a warm build, only on a module that it has not seen.
fn optimise(project: &Project, folder: &Path, module: &Path) -> anyhow::Result<PathBuf> {
    files::create_folder(folder)?;
    let (recipe, input, result) = (folder.join("recipe"), folder.join("in.wasm"), folder.join("out.wasm"));
    let wasm_opt = project.xtask().join("node_modules/binaryen/bin/wasm-opt");
    let mut command = node();
    command
        .arg(&wasm_opt)
        .arg("-Oz")
        // A large function inlined into its only caller makes the file smaller, and what it compresses to larger.
        .arg("--one-caller-inline-max-function-size=100")
        // Nothing lives at the bottom of the memory: the stack ends there.
        .args(["--low-memory-unused", "--converge"])
        .args(["--strip-debug", "--strip-producers", "--strip-target-features"])
        .args(FEATURES)
        .args([module.as_os_str(), "-o".as_ref(), result.as_os_str()]);
    let lock = files::read(&project.xtask().join("package-lock.json"))?;
    let wanted_recipe = [format!("{command:?}\n").as_bytes(), &lock].concat();
    let bytes = files::read(module)?;
    if files::holds(&recipe, &wanted_recipe) && files::holds(&input, &bytes) && result.exists() {
        note("unchanged");
        return Ok(result);
    }
    // The recipe is written last, so that a run cut short is not taken for a result.
    files::write(&recipe, "")?;
    run(&mut command).context("wasm-opt failed")?;
    files::write(&input, bytes)?;
    files::write(&recipe, wanted_recipe)?;
    Ok(result)
}
