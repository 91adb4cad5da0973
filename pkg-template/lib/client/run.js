import { waitEnded } from "../../lakebase_credentials_bg.js";
import { exchange } from "./exchange.js";
import { tick, waitUntil } from "./load.js";

// Resolves after so many ms, or when the signal is aborted; leaves no timer behind.
const sleep = (ms, signal) =>
  new Promise((resolve) => {
    const done = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", done);
      resolve();
    };
    const timer = setTimeout(done, ms);
    signal?.addEventListener("abort", done);
  });

// Whether the flight has ended, however it did: if the core still waits for it then, it is lost. Another request may
// have begun it, and take it along when it ends: newer versions of workerd reject the promise then, older ones leave
// it pending, so this request's own timer decides.
async function join(flight, ms, signal) {
  const end = new AbortController();
  const stop = () => end.abort();
  signal?.addEventListener("abort", stop);
  let over = !flight;
  let late;
  const told = flight?.then(() => (over = true), () => (over = true));
  const limit = sleep(ms, end.signal).then(() => (late = true));
  try {
    while (!over && !late) await (tick ? sleep(tick, end.signal) : Promise.race([told, limit]));
    return over;
  } finally {
    end.abort();
    signal?.removeEventListener("abort", stop);
  }
}

// Does what the operation says until it is done. `flights` holds the promise of the flight under way for each slot, and
// as `ask` the function that gives the text that workspace tokens are got with.
async function drive(operation, flights, signal) {
  try {
    for (let outcome, lost = false; !signal?.aborted; ) {
      const step = operation.step(outcome, lost);
      outcome = undefined;
      lost = false;
      if (step.launch) {
        const flight = drive(step.launch, flights);
        flights.set(step.slot, flight);
        waitUntil(flight.catch(() => {}));
      } else if (step.timeout !== undefined) outcome = await exchange(step, signal, flights.ask);
      else if (step.join !== undefined) lost = await join(flights.get(step.join), step.ms, signal);
      else if (step.ms !== undefined) await sleep(step.ms, signal);
      else return step.value;
    }
    return undefined;
  } finally {
    operation.free();
  }
}

// Waits for work for so many ms at the most, and until the signal is aborted; `end` tells the work of either.
export function within(timeout, signal, work) {
  return new Promise((resolve, reject) => {
    const end = new AbortController();
    const stop = (error) => {
      reject(error);
      end.abort();
    };
    const abort = () => stop(waitEnded(signal));
    const timer = setTimeout(() => stop(waitEnded()), timeout);
    const settle = () => {
      clearTimeout(timer);
      signal?.removeEventListener("abort", abort);
    };
    signal?.addEventListener("abort", abort);
    if (signal?.aborted) abort();
    work(end.signal).then(resolve, reject).finally(settle);
  });
}

// Runs an operation for a caller, whose time limit and signal end this wait and nobody else's. The core ends its own
// waits at the deadline and says more; the timer, a little later, ends those of others.
export function run(operation, flights, signal) {
  return within(operation.timeout + 50, signal, (end) => drive(operation, flights, end));
}
