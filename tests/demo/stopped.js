/** Aborted when the demo is told to stop, by Ctrl-C say. */
export const stopped = new AbortController();
