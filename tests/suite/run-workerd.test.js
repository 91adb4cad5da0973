import { runSuite } from "./harness/suite.js";
import { bundle, DATES, startWorkerd } from "./harness/workerd.js";

// All at once known to the runner, which plays them one after the other.
const play = (date) =>
  runSuite("workerd", {
    title: `in workerd as of ${date}`,
    prepare: async (project) => ({ ...project, script: await bundle(project.folder, "runtime/worker.js") }),
    async open({ folder, script, witness }) {
      const { url, errors, stop } = await startWorkerd({ folder, script, date, witness });
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

await Promise.all(DATES.map(play));
