//! Assembling the npm package in `pkg/` from the template, the WebAssembly and its glue.

use std::path::Path;

use anyhow::{Context, bail};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::command::{node, output, run};
use crate::console::{kilobytes, note, step};
use crate::files;
use crate::project::Project;
use crate::tools;
use crate::wasm::{self, Wasm};

/// The most that an edge bundle of the package may weigh, gzipped, WebAssembly included.
const GZIP_BUDGET: u64 = 40_000;

/// The whole way from a fresh clone to `pkg/`.
pub(crate) fn build(project: &Project) -> anyhow::Result<()> {
    tools::require_node()?;
    tools::ensure_wasm_target(&project.root)?;
    tools::ensure_npm_packages(&project.xtask())?;
    let modules = wasm::build(project)?;
    step("Assembling the npm package in pkg/", || assemble(project, &modules))
}

/// Assembles in a folder aside and moves it into place whole, so that whoever reads `pkg/` never sees half of it.
fn assemble(project: &Project, modules: &[Wasm]) -> anyhow::Result<()> {
    let folder = project.work().join("pkg");
    files::fresh_folder(&folder)?;
    files::copy_folder(&project.root.join("pkg-template"), &folder)?;
    copy_client(&folder.join("lib"))?;
    for name in ["LICENSE-APACHE", "LICENSE-MIT"] {
        files::copy(&project.root.join(name), &folder.join(name))?;
    }
    for Wasm { stem, module, glue } in modules {
        files::copy(module, &folder.join(format!("{stem}_bg.wasm")))?;
        files::copy(glue, &folder.join(format!("{stem}_bg.js")))?;
        let inlined = inline_module(stem, &files::read(module)?);
        files::write(&folder.join(format!("{stem}_inline.js")), inlined)?;
    }
    write_manifest(&folder, &project.version)?;
    run(node().arg(project.xtask().join("js/commonjs.js")).arg(&folder))
        .context("cannot make the CommonJS files")?;
    files::remove_folder(&project.pkg())?;
    files::rename(&folder, &project.pkg())
}

/// Binds a copy of the client's JavaScript to the module for pages and tools: a module's glue is imported by its name.
fn copy_client(library: &Path) -> anyhow::Result<()> {
    let (client, copies) = (library.join("client"), library.join("admin-client"));
    files::copy_folder(&client, &copies)?;
    for file in files::list(&copies)? {
        let text = files::read_text(&file)?;
        files::write(&file, text.replace("lakebase_credentials_bg", "lakebase_credentials_admin_bg"))?;
    }
    Ok(())
}

/// The module for runtimes that cannot import WebAssembly: its bytes in the source, compiled at import, so that the
/// package is ready without an `await` and without reading a file.
fn inline_module(stem: &str, module: &[u8]) -> String {
    format!(
        "// Generated from {stem}_bg.wasm.\n\
         const base64 =\n  \"{}\";\n\
         const bytes = Uint8Array.fromBase64\n  \
           ? Uint8Array.fromBase64(base64)\n  \
           : Uint8Array.from(atob(base64), (character) => character.charCodeAt(0));\n\
         export default new WebAssembly.Module(bytes);\n",
        STANDARD.encode(module)
    )
}

fn write_manifest(folder: &Path, version: &str) -> anyhow::Result<()> {
    let path = folder.join("package.json");
    let mut manifest: Value = serde_json::from_str(&files::read_text(&path)?)
        .with_context(|| format!("{} is not JSON", path.display()))?;
    manifest["version"] = version.into();
    files::write(&path, format!("{manifest:#}\n"))
}

/// Prints what a user's bundle grows by, and fails when that is over the budget.
pub(crate) fn check_size(project: &Project) -> anyhow::Result<()> {
    step("Weighing the package as an edge bundle carries it", || weigh(project))
}

fn weigh(project: &Project) -> anyhow::Result<()> {
    let report = output(node().arg(project.xtask().join("js/weigh.js")).arg(project.pkg()))?;
    let report: Value = serde_json::from_str(&report).context("weigh.js gave no JSON")?;
    let number = |value: &Value| value.as_u64().context("weigh.js left a size out");
    note(format_args!("{:<24}{:>12}{:>12}{:>12}", "", "raw", "gzip", "brotli"));
    let parts = report.as_object().context("weigh.js gave no object")?;
    for (name, sizes) in parts {
        let (raw, gzip, brotli) =
            (number(&sizes["raw"])?, number(&sizes["gzip"])?, number(&sizes["brotli"])?);
        note(format_args!(
            "{name:<24}{:>12}{:>12}{:>12}",
            kilobytes(raw),
            kilobytes(gzip),
            kilobytes(brotli)
        ));
    }
    let total = number(&report["total"]["gzip"])?;
    if total > GZIP_BUDGET {
        bail!("the package is {} gzipped: over its budget of {}", kilobytes(total), kilobytes(GZIP_BUDGET));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_inlined_module_is_the_module() {
        let source = inline_module("any", b"\0asm");
        assert!(source.contains("\"AGFzbQ==\""), "{source}");
        assert!(source.ends_with("export default new WebAssembly.Module(bytes);\n"));
    }
}
