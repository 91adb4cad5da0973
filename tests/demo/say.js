// What the person at the terminal reads. No token and no secret is ever passed to these.

import { stopped } from "./stopped.js";

const seconds = (since) => `${((performance.now() - since) / 1000).toFixed(1)} s`;

/** Runs one step: a line as it begins, the time when it ends. */
export async function step(title, run) {
  stopped.signal.throwIfAborted();
  console.log(`==> ${title}`);
  const started = performance.now();
  try {
    const result = await run();
    console.log(`    done in ${seconds(started)}`);
    return result;
  } catch (error) {
    console.log(`    ${stopped.signal.aborted ? "stopped" : "FAILED"} after ${seconds(started)}`);
    throw error;
  }
}

export const note = (text) => console.log(`    ${text}`);

export const timeOfDay = (date) => new Date(date).toISOString().slice(11, 19) + " UTC";
