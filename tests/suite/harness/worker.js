// Lanes that are workers: each request plays one case.
import { runSuite } from "./suite.js";
import { bundle, NODE_FLAGS } from "./workerd.js";

/** How a worker may be set up. */
export const withNode = (date) => ({ date, flags: NODE_FLAGS, entry: "runtime/worker-node.js", title: `as of ${date}` });
export const withoutNode = (date) => ({ date, flags: [], entry: "runtime/worker.js", title: `as of ${date}, without nodejs_compat` });

/** `start` is `startWorkerd`, or what does the same with another program. */
export const runInWorker = (program, start, { entry, title, date, flags }) =>
  runSuite(`in ${program} ${title}`, {
    prepare: async (project) => ({ ...project, script: await bundle(project.folder, entry) }),
    async open({ folder, script, witness }) {
      const { url, errors, stop } = await start({ folder, script, date, flags, witness });
      return {
        async run(name, env) {
          const response = await fetch(url, { method: "POST", body: JSON.stringify({ name, env }) });
          if (!response.ok) throw new Error(`${program} answered ${response.status}: ${errors()}`);
          return response.json();
        },
        stop,
      };
    },
  });
