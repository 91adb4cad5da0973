// In workerd, by itself or in miniflare, a request may end before the mint that it began, and take it along: nobody else may wait for that.
import assert from "node:assert/strict";
import { cpSync } from "node:fs";
import http from "node:http";
import { test } from "node:test";
import { setTimeout as sleep } from "node:timers/promises";
import { fileURLToPath } from "node:url";
import { createProject } from "../package/project.js";
import { startStage } from "./harness/stage.js";
import { Witness } from "./harness/witness.js";
import { MINIFLARE, MINIFLARE_DATES, startMiniflare } from "./harness/miniflare.js";
import { bundle, DATES, startWorkerd, WORKERD } from "./harness/workerd.js";

const REQUEST_TIMEOUT = 600;
/** Where no request hangs, none may run into its time limit on a busy machine either: what is sent is counted there. */
const unhurried = (scene) => Object.assign(scene, { requestTimeout: RECOVERY });
/** A lost mint is noticed within this, and another one made. */
const RECOVERY = 4_000;
const SLACK = 700;

/** Where a mint may be when the request that began it ends: the route at fault, and the fault. */
const STEPS = {
  "the token hop hangs": ["token", { hang: true }],
  "the mint hangs": ["credentials", { hang: true }],
  "the token hop answers by half": ["token", { hangBody: true }],
  "the mint answers by half": ["credentials", { hangBody: true }],
  "the token hop is slow": ["token", { delay: 400 }],
  "the mint is slow": ["credentials", { delay: 400 }],
  "the token hop waits for its next try": ["token", { status: 503, retryAfter: 1 }],
  "the mint waits for its next try": ["credentials", { status: 503, retryAfter: 1 }],
};

/** How a request ends early. Each leaves a mint that has come as far as the step. */
const ENDS = {
  async "is reset by its client"(play, route) {
    const { reset } = play.open("token");
    await play.reached(route);
    reset();
  },
  async "is answered without awaiting it"(play) {
    await play.ask("begin");
  },
  async "is reset while it looks up an instance"(play, route) {
    if (route !== "token") return ENDS["is reset by its client"](play, route);
    const { reset } = play.open("instance");
    await play.reached(route);
    return reset();
  },
};

const everyoneIsServed = async (play) => {
  const begun = performance.now();
  const later = await Promise.all([
    ...Array.from({ length: 4 }, () => play.token()),
    play.ask("login", { timeout: RECOVERY }),
    play.ask("instance", { timeout: RECOVERY }).then(() => undefined),
    play.ask("generate", { timeout: RECOVERY }).then(() => undefined),
  ]);
  const one = await play.token();
  assert.ok(later.every((token) => token === undefined || token === one), "not all were given the same token");
  assert.ok(performance.now() - begun < RECOVERY + SLACK);
  const { token, credentials } = play.counts();
  assert.ok(token <= 4 && credentials <= 5, `token ${token}, credentials ${credentials}`);
};

const scenes = {};
for (const [end, leave] of Object.entries(ENDS)) {
  for (const [step, [route, fault]] of Object.entries(STEPS)) {
    scenes[`a request ${end}, while ${step}`] = async (play) => {
      play.fault(route, fault);
      await leave(play, route);
      await everyoneIsServed(play);
    };
  }
}

Object.assign(scenes, {
  async "the workspace hangs all along: each request ends by its deadline, and all is well once it is"(play) {
    play.fault("token", { hang: true }, { times: Infinity });
    const { reset } = play.open("token");
    await play.reached("token");
    reset();
    for (let round = 0; round < 2; round++) {
      await Promise.all(Array.from({ length: 5 }, async () => {
        const begun = performance.now();
        const { error } = await play.send("token", { timeout: 700 });
        assert.equal(error?.code, "TIMEOUT", error?.text);
        assert.ok(performance.now() - begun < 700 + SLACK);
      }));
    }
    play.clearFaults();
    await everyoneIsServed(play);
  },

  "a request that joined is reset: who began is served": unhurried(async (play) => {
    play.fault("credentials", { delay: 500 });
    const first = play.token();
    await play.reached("credentials");
    const { reset } = play.open("token");
    await sleep(100);
    reset();
    const token = await first;
    assert.equal(await play.token(), token);
    assert.deepEqual(play.counts(), { token: 1, credentials: 1 });
  }),

  "what a request does after it was served by another's mint outlives that other": unhurried(async (play) => {
    play.fault("token", { delay: 200 });
    play.fault("instance", { delay: 400 });
    const first = play.token();
    await play.reached("token");
    const options = { timeout: RECOVERY };
    const later = Promise.all([play.ask("work", options), play.ask("work", options), play.ask("instance", options)]);
    const token = await first;
    assert.deepEqual(await later, [token, token, "AVAILABLE"]);
    assert.deepEqual(play.counts(), { token: 1, credentials: 1 });
  }),

  async "one after the other is reset: the last is served"(play) {
    play.fault("credentials", { hang: true }, { times: 2 });
    for (let i = 0; i < 3; i++) {
      const { reset } = play.open("token");
      await play.reached("credentials");
      await sleep(50);
      reset();
    }
    await everyoneIsServed(play);
  },

  async "fifty are reset at once: the next are served"(play) {
    play.fault("token", { delay: 300 });
    const opened = Array.from({ length: 50 }, () => play.open("token"));
    await play.reached("token");
    for (const { reset } of opened) reset();
    await everyoneIsServed(play);
  },

  "a token is asked for at module scope, where nothing can be sent": Object.assign(everyoneIsServed, { eager: true }),
});

/** Time is passed for the whole isolate, so these come after all others, one at a time. */
const renewals = {
  "a token is renewed after the response, if the platform lets it": unhurried(async (play, { waitUntil }) => {
    const token = await play.token();
    await play.ask("pass", { ms: 3_050_000 });
    play.fault("credentials", { delay: 400 });
    const begun = performance.now();
    assert.equal(await play.token(), token);
    assert.ok(performance.now() - begun < 300, "it waited for the renewal");
    if (waitUntil) {
      const end = performance.now() + RECOVERY;
      while ((await play.token()) === token && performance.now() < end) await sleep(100);
      assert.notEqual(await play.token(), token);
      assert.deepEqual(play.counts(), { token: 1, credentials: 2 });
      assert.deepEqual((await play.ask("state")).heard, ["mint", "renew"]);
    } else {
      // It is lost with its request each time, and nobody waits for it until somebody must.
      for (let i = 0; i < 5; i++) {
        assert.equal(await play.token(), token);
        await sleep(250);
      }
      await play.ask("pass", { ms: 530_000 });
      assert.notEqual(await play.token(), token);
      assert.ok(play.counts().credentials <= 6);
    }
  }),

  async "a renewal that was lost keeps no valid token from anybody"(play) {
    const token = await play.token();
    await play.ask("pass", { ms: 3_050_000 });
    play.fault("credentials", { hang: true }, { times: Infinity });
    for (let i = 0; i < 10; i++) {
      const begun = performance.now();
      assert.equal(await play.token(), token);
      assert.ok(performance.now() - begun < 300);
      await sleep(100);
    }
    assert.ok(play.counts().credentials <= 5);
  },
};

const witness = new Witness();

const play = (program, start, date, waitUntil) =>
  test(`in ${program} as of ${date}, ${waitUntil ? "with" : "without"} waitUntil`, { concurrency: 16 }, async (t) => {
    const all = { ...scenes, ...renewals };
    const undo = [];
    try {
      const project = await createProject();
      undo.push(project.remove);
      cpSync(fileURLToPath(new URL("runtime", import.meta.url)), `${project.folder}/runtime`, { recursive: true });
      const script = await bundle(project.folder, "runtime/requests.js", { waitUntil });
      const stages = {};
      const settings = {};
      for (const [name, { eager, requestTimeout = REQUEST_TIMEOUT }] of Object.entries(all)) {
        const stage = await startStage();
        undo.push(stage.stop);
        stages[name] = stage;
        settings[name] = { host: stage.env.url, ...stage.env.servicePrincipal, requestTimeout, eager };
      }
      const worker = await start({ folder: project.folder, script, date, witness, settings });
      undo.push(worker.stop);
      const run = (name) => t.test(name, () => all[name](createPlay(name, stages[name].emulator, worker), { waitUntil }));
      await Promise.all(Object.keys(scenes).map(run));
      for (const name of Object.keys(renewals)) await run(name);
      for (const stage of Object.values(stages)) witness.used(...stage.secrets());
    } finally {
      for (const step of undo.reverse()) await step();
    }
  });

// All at once known to the runner, which plays them one after the other.
await Promise.all([
  ...[true, false].flatMap((waitUntil) => [
    ...DATES.map((date) => play(WORKERD, startWorkerd, date, waitUntil)),
    ...MINIFLARE_DATES.map((date) => play(MINIFLARE, startMiniflare, date, waitUntil)),
  ]),
  test("no secret was printed or caught in all of this", () => {
    assert.deepEqual(witness.search(), []);
    assert.ok(witness.size.secrets > 100);
  }),
]);

/** What a scene does: sends requests to the worker, faults and looks at the workspace. */
function createPlay(scene, emulator, { url, errors }) {
  const { hostname, port } = new URL(url);
  let reached = 0;

  /** Sends a request on a connection of its own. */
  function open(act, options) {
    const request = http.request({ hostname, port, method: "POST", agent: false });
    const answer = new Promise((resolve, reject) => {
      request.on("error", reject);
      request.on("response", async (response) => {
        let text = "";
        for await (const chunk of response.setEncoding("utf8")) text += chunk;
        if (response.statusCode === 200) resolve(JSON.parse(text));
        else reject(new Error(`the worker answered ${response.statusCode}: ${errors()}`));
      });
    });
    answer.catch(() => {});
    request.end(JSON.stringify({ scene, act, options }));
    // A FIN would not tell workerd that the client has gone.
    return { answer, reset: () => request.socket.resetAndDestroy() };
  }

  async function send(act, options) {
    const result = await inTime(open(act, options).answer, (options?.timeout ?? RECOVERY) + 2 * SLACK);
    witness.saw(scene, result.error?.text);
    witness.saw(scene, result.error?.json);
    return result;
  }

  async function ask(act, options) {
    const { value, error } = await send(act, options);
    if (error) throw new Error(error.text);
    return value;
  }

  return {
    open,
    send,
    ask,
    token: () => ask("token", { timeout: RECOVERY }),
    fault: emulator.fault,
    clearFaults: emulator.clearFaults,
    counts() {
      const counts = {};
      for (const { route } of emulator.requests) if (route !== "instance") counts[route] = (counts[route] ?? 0) + 1;
      return counts;
    },
    /** Waits until the route was asked once more. */
    async reached(route) {
      const end = performance.now() + RECOVERY;
      while (emulator.requests.count(route) <= reached) {
        if (performance.now() > end) throw new Error(`${route} was not asked`);
        await sleep(10);
      }
      reached = emulator.requests.count(route);
    },
  };
}

async function inTime(promise, ms) {
  const timer = new AbortController();
  const late = sleep(ms, undefined, { signal: timer.signal }).then(() => {
    throw new Error("the request was not answered");
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    late.catch(() => {});
    timer.abort();
  }
}
