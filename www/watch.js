// Looks at something again and again, with care: only while the page is seen, less often while it fails, and never
// before the workspace said so.

const SLOWEST = 120_000;

/**
 * @param read gives a value; is passed an AbortSignal
 * @param interval how long to wait after a value, in ms
 * @param onValue, onError what came of it
 * @param onState `{ reading, nextAt }`, whenever that changes; `nextAt` is undefined when it has stopped looking
 */
export function watch({ read, interval, onValue, onError, onState = () => {} }) {
  let timer;
  let reading;
  let failures = 0;
  let nextAt = 0;
  const seen = () => document.visibilityState === "visible";

  async function look() {
    if (reading) return;
    clearTimeout(timer);
    const mine = new AbortController();
    reading = mine;
    onState({ reading: true });
    try {
      const value = await read(mine.signal);
      if (mine.signal.aborted) return;
      failures = 0;
      plan(interval(value));
      onValue(value);
    } catch (error) {
      if (mine.signal.aborted) return;
      failures += 1;
      const pause = Math.min(interval() * 2 ** failures, SLOWEST) * (0.8 + Math.random() * 0.4);
      // What will not change by itself is not asked for again.
      plan(error?.retryable === false ? undefined : Math.max(pause, error?.retryAfter ?? 0));
      onError(error);
    } finally {
      if (reading === mine) reading = undefined;
      onState({ reading: false, nextAt });
    }
  }

  function plan(pause) {
    clearTimeout(timer);
    nextAt = pause === undefined ? undefined : Date.now() + pause;
    if (pause !== undefined && seen()) timer = setTimeout(look, pause);
  }

  const changed = () => {
    clearTimeout(timer);
    if (seen() && nextAt !== undefined) timer = setTimeout(look, Math.max(0, nextAt - Date.now()));
  };
  const online = () => failures > 0 && nextAt !== undefined && seen() && look();
  document.addEventListener("visibilitychange", changed);
  addEventListener("online", online);
  look();

  return {
    look,
    /** Changes when the next look is due: sooner, or as planned. */
    soon(pause) {
      if (!reading && nextAt !== undefined && Date.now() + pause < nextAt) plan(pause);
    },
    stop() {
      clearTimeout(timer);
      reading?.abort();
      document.removeEventListener("visibilitychange", changed);
      removeEventListener("online", online);
    },
  };
}
