// Writes the reference of the npm package, from its types: node reference.js <folder>. Whatever it warns of is an error.
import { readFile } from "node:fs/promises";
import path from "node:path";
import { fileURLToPath } from "node:url";
import { Application, Converter } from "typedoc";

const root = fileURLToPath(new URL("../..", import.meta.url));
const template = path.join(root, "pkg-template");
const { exports, version } = JSON.parse(await readFile(path.join(template, "package.json"), "utf8"));

const app = await Application.bootstrap({
  name: "lakebase-credentials",
  readme: path.join(template, "README.md"),
  entryPoints: Object.values(exports).flatMap(({ types }) => types?.require ?? []).map((file) => path.join(template, file)),
  tsconfig: path.join(root, "tests/docs/tsconfig.json"),
  disableSources: true,
  treatWarningsAsErrors: true,
  validation: { notExported: true, invalidLink: true, rewrittenLink: true, notDocumented: true },
  requiredToBeDocumented: ["Module", "Class", "Interface", "TypeAlias", "Variable", "Function", "Method", "Property", "Accessor", "Constructor", "CallSignature"],
});
// A member of type `never`, or `undefined` as it is read, keeps options apart. Where it has no comment, it is no option.
app.converter.on(Converter.EVENT_RESOLVE_BEGIN, ({ project }) => {
  for (const reflection of Object.values(project.reflections)) {
    if (["never", "undefined"].includes(reflection.type?.toString()) && !reflection.hasComment()) project.removeReflection(reflection);
  }
});
const project = await app.convert();
if (!project) process.exit(1);
app.validate(project);
await app.generateDocs(project, process.argv[2]);
if (app.logger.hasErrors() || app.logger.hasWarnings()) process.exit(1);
