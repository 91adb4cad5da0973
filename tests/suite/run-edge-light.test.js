import { writeFile } from "node:fs/promises";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { bundleForEdge } from "./harness/edge-light.js";
import { openProcess } from "./harness/process.js";
import { runSuite } from "./harness/suite.js";

const { version } = createRequire(import.meta.url)("@edge-runtime/vm/package.json");
const main = fileURLToPath(new URL("harness/edge-light-main.js", import.meta.url));

await runSuite(`in Vercel's Edge runtime ${version}`, {
  async prepare(project) {
    const script = `${project.folder}/edge.bundle.js`;
    await writeFile(script, await bundleForEdge(project.folder, "runtime/edge.js"));
    return { ...project, script };
  },
  open: ({ script, ...lane }) => openProcess(process.execPath, [main, script], lane),
});
