// The main job from end to end, against the emulator: `cargo xtask demo`.
import { once } from "node:events";
import { copyFile, stat } from "node:fs/promises";
import path from "node:path";
import { setTimeout as sleep } from "node:timers/promises";
import { parseArgs } from "node:util";
import { startEmulator } from "../emulator/index.js";
import { createProject } from "../package/project.js";
import { startNode } from "./node-process.js";
import { servePage } from "./page.js";
import { note, step, timeOfDay } from "./say.js";
import { stopped } from "./stopped.js";
import { startWorkerd } from "./workerd.js";

/** Short, so that nobody waits an hour to see a renewal; in seconds. */
const TOKEN_LIFETIME = 20;
const PAGE_TOKEN_LIFETIME = 120;

const { values } = parseArgs({ options: { once: { type: "boolean" } } });

const cleanups = [];
const cleanUp = async () => {
  while (cleanups.length > 0) await cleanups.pop()();
};

for (const signal of ["SIGINT", "SIGTERM"]) {
  process.once(signal, async () => {
    console.log("\nStopping …");
    stopped.abort();
    // What the terminal's Ctrl-C did not reach ends here, which ends the step under way; what that step had just
    // begun is cleaned up after it.
    await cleanUp();
    await Promise.race([running, sleep(10_000)]);
    await cleanUp();
    process.exit(signal === "SIGINT" ? 0 : 143);
  });
}

const running = run().catch((error) => {
  if (stopped.signal.aborted) return;
  console.error(`error: ${error.message}`);
  if (error.code) console.error(`    ${error.code}${error.hint ? `: ${error.hint}` : ""}`);
  process.exitCode = 1;
});
await running;
await cleanUp();

async function run() {
  const emulator = await step("Starting the emulator: a workspace, and a PostgreSQL of its own behind TLS", async () => {
    const emulator = await startEmulator({ tokenLifetime: TOKEN_LIFETIME });
    cleanups.push(() => emulator.stop());
    note(`workspace at ${emulator.url}, database at ${emulator.database.host}:${emulator.database.port}`);
    note(`database tokens live for ${TOKEN_LIFETIME} s here, not for the hour of the real service`);
    return emulator;
  });
  const project = await step("Installing the packed npm package in a new project", async () => {
    const project = await createProject("pg");
    cleanups.push(project.remove);
    for (const program of ["job.js", "node.js", "worker.js"]) {
      await copyFile(new URL(program, import.meta.url), path.join(project.folder, program));
    }
    const { size } = await stat(project.tarball);
    note(`${path.basename(project.tarball)}, ${(size / 1000).toFixed(1)} KB`);
    return project;
  });
  await runJob(emulator, project.folder);

  // Long enough to look at.
  emulator.settings.tokenLifetime = PAGE_TOKEN_LIFETIME;
  const { url, stop } = await servePage({
    workspaceUrl: emulator.url,
    config: {
      workspace: emulator.url,
      clientId: emulator.publicClient.clientId,
      connection: { port: emulator.database.port, sslrootcert: emulator.caFile },
      demo: { token: emulator.user.token, instance: "orders" },
    },
  });
  cleanups.push(stop);
  await step("Serving a page that shows a live credential", async () => {
    for (const file of ["", "config.json", "pkg/index.js"]) {
      const { status } = await fetch(new URL(file, url));
      if (status !== 200) throw new Error(`/${file} answers with status ${status}`);
    }
    note(url);
  });
  if (values.once) return;
  console.log("\nOpen the page in a browser. Ctrl-C stops everything and removes it.");
  await once(stopped.signal, "abort");
}

async function runJob(emulator, folder) {
  const { clientId, clientSecret } = emulator.servicePrincipal;
  const { port } = emulator.database;
  const node = startNode(folder);
  cleanups.push(node.stop);
  const ends = {};

  await step("Node.js: mint, connect over verified TLS, query", async () => {
    const options = { host: emulator.url, clientId, clientSecret, port, ca: emulator.caPem };
    const answer = await node.run("first", options);
    describeAnswer(answer);
    note(`${answer.protocol}, the server's certificate and name verified`);
    ends.node = answer.token.expirationTime;
  });
  const workerd = await step("workerd: bundling and starting", async () => {
    const workerd = await startWorkerd(folder, {
      caPem: emulator.caPem,
      environment: { HOST: emulator.url, PORT: String(port), CLIENT_ID: clientId, CLIENT_SECRET: clientSecret },
    });
    cleanups.push(workerd.stop);
    return workerd;
  });
  await step("workerd: mint, connect over verified TLS, query", async () => {
    const answer = await workerd.run("/first");
    describeAnswer(answer);
    ends.workerd = answer.token.expirationTime;
  });

  const lastEnd = Math.max(ends.node, ends.workerd);
  await step(`Waiting until both tokens have ended, at ${timeOfDay(lastEnd)}; Node.js keeps asking`, async () => {
    // A second more, as the expiry is cut to whole seconds.
    const until = lastEnd + 1000;
    const wait = sleep(until - Date.now(), undefined, { signal: stopped.signal });
    const [{ renewedAt }] = await Promise.all([node.run("keepAsking", { until }), wait]);
    if (!renewedAt || renewedAt > ends.node) throw new Error("the token was not renewed before its end");
    note(`Node.js had a new one ${((ends.node - renewedAt) / 1000).toFixed(0)} s before the first ended`);
  });

  await step("Node.js: query again", async () => {
    const answer = await node.run("second");
    note(`the connection that was left open still answers as ${answer.stillOpen.user}: expiry is enforced at login only`);
    describeRenewal(answer);
  });
  await step("workerd: query again", async () => describeRenewal(await workerd.run("/second")));
}

function describeAnswer({ user, version, token, events }) {
  for (const { type, durationMs } of events) note(`${type} in ${Math.round(durationMs)} ms`);
  note(`a token of ${token.length} characters, which ends at ${timeOfDay(token.expirationTime)}`);
  note(`PostgreSQL ${version} answers as ${user}`);
}

function describeRenewal(answer) {
  if (answer.oldToken !== "28P01") throw new Error(`a login with the ended token gave ${answer.oldToken}, not 28P01`);
  if (answer.token.isFirst) throw new Error("the token was not renewed");
  note("a login with the first token is refused, as it has ended (28P01)");
  note("a new connection logs in with the renewed token:");
  describeAnswer(answer);
}
