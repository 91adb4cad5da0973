import { runSuite } from "./harness/suite.js";
import { bundle, DATES, startWorkerd } from "./harness/workerd.js";

const WITH_NODE = { words: "", entry: "runtime/worker.js", flags: ["nodejs_compat"] };
const BARE = { words: ", without nodejs_compat", entry: "runtime/worker-bare.js", flags: [] };

const play = (date, { words, entry, flags }) =>
  runSuite(`in workerd as of ${date}${words}`, {
    prepare: async (project) => ({ ...project, script: await bundle(project.folder, entry) }),
    async open({ folder, script, witness }) {
      const { url, errors, stop } = await startWorkerd({ folder, script, date, flags, witness });
      return {
        async run(name, env) {
          const response = await fetch(url, { method: "POST", body: JSON.stringify({ name, env }) });
          if (!response.ok) throw new Error(`workerd answered ${response.status}: ${errors()}`);
          return response.json();
        },
        stop,
      };
    },
  });

// All at once known to the runner, which plays them one after the other.
await Promise.all(DATES.flatMap((date) => [WITH_NODE, BARE].map((kind) => play(date, kind))));
