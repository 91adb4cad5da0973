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

/// A WebAssembly module of the package.
pub(crate) struct Module {
    name: &'static str,
    /// What it exports: the value of the cfg `npm`.
    pub(crate) exports: &'static str,
    /// The feature of the crate that it has beside, if any.
    pub(crate) features: &'static str,
    /// The stem of its files.
    stem: &'static str,
}

pub(crate) const MODULES: [Module; 3] = [
    Module { name: "client", exports: "client", features: "", stem: STEM },
    Module { name: "admin", exports: "client", features: "admin", stem: "lakebase_credentials_admin" },
    Module { name: "forward", exports: "forward", features: "", stem: "lakebase_credentials_forward" },
];

/// Cargo's setting for flags of WebAssembly builds, which takes the place of what .cargo/config.toml says.
pub(crate) fn rustflags(flags: &[String]) -> String {
    // A JSON array of strings is a TOML one too.
    format!("target.{WASM_TARGET}.rustflags = {}", Value::from(flags))
}

/// The flags by which the crate is compiled with what npm is given.
pub(crate) fn npm_flags(exports: &str) -> Vec<String> {
    ["--cfg", "npm", "--cfg", &format!("npm={exports:?}")].map(str::to_owned).to_vec()
}

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
    let Module { name, stem, .. } = *wanted;
    // The modules are of one crate and one profile: in one folder, each would have the other compiled anew.
    let work = project.work().join(name);
    let compiled = step(format!("Compiling the crate to WebAssembly ({name})"), || {
        compile(project, wanted, &work.join("cargo"))
    })?;
    let bound = step("Generating the JavaScript glue", || bind(&work.join("bindgen"), stem, &compiled))?;
    let module = step("Optimising the WebAssembly for size", || {
        optimise(project, &work.join("wasm-opt"), &bound.module)
    })?;
    Ok(Wasm { module, ..bound })
}

fn compile(project: &Project, module: &Module, folder: &Path) -> anyhow::Result<PathBuf> {
    let flags = [path_remaps(&project.root), npm_flags(module.exports)].concat();
    let messages = output(
        cargo()
            // With the rlib beside it, cargo does no link-time optimisation.
            .args(["rustc", "--release", "--locked", "--lib", "--crate-type", "cdylib"])
            .args(["--package", CRATE, "--target", WASM_TARGET, "--no-default-features"])
            .args(["--features", module.features, "--target-dir"])
            .arg(folder)
            .args(["--message-format", "json-render-diagnostics"])
            .args(["--config", &rustflags(&flags)])
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
fn path_remaps(root: &Path) -> Vec<String> {
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
    sources.iter().map(|path| format!("--remap-path-prefix={}=", path.display())).collect()
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
        // Twice: flat code is undone by the first, and what then stands side by side is found by the second.
        .args(["--flatten", "--rereloop", "-Oz", "-Oz"])
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
