import { CACHED_ROUNDS, COLD_ROUNDS } from "./timing.js";

export const method = (roundTrip) => `\
- All speak to one emulated workspace on loopback, over plain HTTP, as one service principal; it answers each request
  ${roundTrip} ms after it came. There is no TLS and no Postgres in these numbers. \`@databricks/lakebase\` gets a credential for an
  endpoint, as it can do nothing else; the others for a provisioned instance, which is one request of the same form
  either way. The SDK asks for Node.js 22 in its package.json; the version used is named above.
- Weight: esbuild, minified, for ES2022; gzip at level 9, brotli at quality 11, each file compressed by itself. Ours and
  \`@databricks/lakebase\` with what makes the options for \`pg\`; the SDK with its \`WorkspaceClient\`. "Bare workerd" is without Node.js
  compatibility, which was not tried; the modules that a bundle lacks are counted without those of \`pg\`.
- Cold start: each run is a new process; ${COLD_ROUNDS} rounds with every client once in each, in a new order each time, after one run of
  each that is not counted. The time is from before the process is started until the measuring process reads that the
  credential is there. "Beside ours" is the median of the ratios within the rounds. "Import to ready" is the import and the
  making of the client, within the process. Node.js loads its own \`fetch\` when it is first called: that is in the first
  credential of ours and of the two calls.
- Cached call: ${CACHED_ROUNDS} processes for each, taking turns; in each 200,000 calls to warm up and ten samples of 100,000, each call
  awaited. Whether it is the same string: 100,000 answers are kept and the heap is weighed before and after, with collected
  garbage. \`createTokenRefreshCallback\` is what both lines of \`@databricks/lakebase\` measure: without a logger, as \`getLakebasePgConfig\`
  makes it, and with the one that its pool gives it.
- Callers at once: one process, one client, one \`Promise.all\`; the requests are counted by the workspace. The time depends on the
  emulator, which shares the machine.
- Times move with the machine and what else it does; counts do not. No test depends on a time measured here.`;
