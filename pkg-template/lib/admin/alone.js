// For programs without Web Locks. Registered, because a program may hold this package twice, as ESM and as CommonJS.
const queues = (globalThis[Symbol.for("lakebase-credentials.queues")] ??= new Map());

// Does this work while nobody else does work of that name: in any tab of this origin where the platform has Web Locks,
// else in this program. Until its turn comes, the signal ends the wait.
export async function alone(name, signal, work) {
  const { locks } = globalThis.navigator ?? {};
  let begun = false;
  try {
    if (locks) return await locks.request(name, { signal }, () => ((begun = true), work()));
  } catch (error) {
    // Some places have locks and give none, such as a frame without an origin.
    if (begun || signal.aborted) throw error;
  }
  const turn = (queues.get(name) ?? Promise.resolve()).then(() => {
    signal.throwIfAborted();
    return work();
  });
  const over = turn.then(
    () => {},
    () => {},
  );
  queues.set(name, over);
  over.then(() => queues.get(name) === over && queues.delete(name));
  return turn;
}
