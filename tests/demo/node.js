// Runs the job in a Node.js process of its own, started and told what to do by main.js over IPC.
import { createJob } from "./job.js";

let job;
let open;

const tasks = {
  /** Mints, connects, queries; leaves one connection open. */
  async first(options) {
    job = createJob(options);
    const answer = await job.ask();
    open = await job.connect();
    const { authorized, encrypted } = open.connection.stream;
    if (!encrypted || !authorized) throw new Error("the connection is not over verified TLS");
    return { ...answer, protocol: open.connection.stream.getProtocol() };
  },

  /** What a program does all along: it asks before each use. Says when it was first given another token. */
  async keepAsking({ until }) {
    const first = await job.provider.token();
    let renewedAt = null;
    while (Date.now() < until) {
      if ((await job.provider.token()) !== first) renewedAt ??= Date.now();
      await new Promise((resolve) => setTimeout(resolve, 100));
    }
    return { renewedAt };
  },

  async second() {
    const stillOpen = await job.query(open);
    await open.end();
    return { stillOpen, oldToken: await job.loginWithFirstToken(), ...(await job.ask()) };
  },
};

process.on("message", async ({ task, options }) => {
  try {
    process.send({ result: await tasks[task](options) });
  } catch (error) {
    process.send({ error: { message: error.message, code: error.code, hint: error.hint } });
  }
});
