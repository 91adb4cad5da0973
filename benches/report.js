import { FETCH, LAKEBASE, OURS, SDK } from "./clients.js";
import { count, kilobytes, range, table, times } from "./format.js";
import { method } from "./method.js";
import { CALLERS, EMPTY } from "./timing.js";

const SAME_STRING = 100; // bytes for each answer kept, where a token has more than ten times as many

export function report({ version, machine, loads, weight, cold, cached, crowd, roundTrip }) {
  return `${[
    `# lakebase-credentials ${version}, measured`,
    `Written by \`cargo xtask bench\`, all of it in one run. Machine: ${machine.cores} cores (${machine.processor}), ` +
      `${machine.memory} GiB, ${machine.system}, Node.js ${machine.node}. Load average before the run ` +
      `${loads[0].toFixed(1)}, after it ${loads[1].toFixed(1)}, which counts the run itself.`,
    "## Weight in a bundle",
    weights(weight),
    bytes(weight),
    "## Cold start",
    coldStarts(cold, roundTrip),
    "## Cached call",
    cachedCalls(cached),
    `## ${count(CALLERS)} callers at once, before anything is cached`,
    crowds(crowd),
    "## What each can do",
    abilities(),
    "## How it was measured",
    method(roundTrip),
  ].join("\n\n")}\n`;
}

function weights({ edge, rows, withDriver }) {
  const works = (one) => (one.works ? "bundles" : `fails: needs ${one.missing.length} Node.js modules`);
  const row = (title, sizes, last) => [
    title, kilobytes(sizes.raw), kilobytes(sizes.gzip), kilobytes(sizes.brotli), times(sizes.gzip / edge.gzip), ...last,
  ];
  const [ours, ...others] = rows;
  const lines = [
    row(`**${ours.name}**, edge: WebAssembly and JavaScript`, edge, [works(ours.workerd), "–"]),
    row(`${ours.name}, its bytes inlined (Node.js, Deno, Bun, browsers)`, ours.node, ["–", works(ours.browser)]),
    ...others.map((one) => row(one.name, one.node, [works(one.workerd), works(one.browser)])),
  ];
  const heads = ["", "raw, KB", "gzip, KB", "brotli, KB", "gzip beside ours", "bare workerd", "browser"];
  return `${table(heads, lines)}

No driver is counted; with \`pg\`, which it always brings, ${LAKEBASE.name} is ${kilobytes(withDriver.raw)} KB, ${kilobytes(withDriver.gzip)} gzip, ${kilobytes(withDriver.brotli)} brotli.`;
}

function bytes({ parts, edge, memory }) {
  const lines = Object.entries(parts).map(([name, sizes]) => [
    name, kilobytes(sizes.raw), kilobytes(sizes.gzip), kilobytes(sizes.brotli), `${Math.round((100 * sizes.raw) / edge.raw)} %`,
  ]);
  return `Where the bytes of the edge bundle are (each part compressed by itself, so that the sums differ a little):

${table(["", "raw, KB", "gzip, KB", "brotli, KB", "of raw"], lines)}

Idle weight: an instance starts with ${count(memory / 1024)} KiB of linear memory.`;
}

function coldStarts(cold, roundTrip) {
  const lines = (bundled) =>
    cold
      .filter((one) => (one.bundled ?? false) === bundled)
      .map((one) => [
        one.name === OURS.name ? `**${one.name}**` : one.name,
        range(one.total),
        times(one.ratio),
        one.ready ? range(one.ready) : "–",
        one.requests ? String(one.requests) : "–",
      ]);
  const heads = ["", "process start to first credential, ms", "beside ours", "import to ready, ms", "requests"];
  return `Median (p10–p90) of ${cold[0].total.count} runs; ${roundTrip} ms for each request. As npm installs them:

${table(heads, lines(false))}

Bundled into one minified file:

${table(heads, lines(true))}

The line for ${EMPTY} is until its first line of code has run.`;
}

function cachedCalls(cached) {
  const ours = cached.find(({ name }) => name === OURS.name);
  const lines = cached.map(({ name, nanoseconds, bytesKept, length }) => [
    name === OURS.name ? `**${name}**` : name,
    range(nanoseconds),
    times(nanoseconds.median / ours.nanoseconds.median),
    bytesKept < SAME_STRING ? "yes" : `no: ${count(bytesKept)} bytes more for each answer kept`,
    count(length),
  ]);
  lines.push([SDK.name, "no cache", "–", "a new token for each call", "–"]);
  lines.push([FETCH.name, "no cache", "–", "a new token for each call", "–"]);
  const { median, p90 } = ours.nanoseconds;
  const under = p90 < 1000 ? "stays under" : median < 1000 ? "is at the median under" : "is not under";
  return `${table(["", "one awaited call, ns", "beside ours", "the same string each time", "characters"], lines)}

A cached call of ours ${under} 1 µs.`;
}

function crowds(crowd) {
  const lines = crowd.map(({ name, requests, routes, tokens, elapsed }) => [
    name === OURS.name ? `**${name}**` : name,
    count(requests),
    Object.entries(routes).map(([route, number]) => `${route} ${count(number)}`).join(", "),
    count(tokens),
    count(elapsed),
  ]);
  return table(["", "requests", "of which", "different tokens", "until all have one, ms"], lines);
}

function abilities() {
  return table(
    ["", "provisioned instances", "autoscaling endpoints", "keeps a credential fresh", "without Node.js modules"],
    [
      [`**${OURS.name}**`, "yes", "yes", "yes, ahead of need", "yes"],
      [LAKEBASE.name, "no, its README says so", "yes", "yes, when asked", "no"],
      [SDK.name, "yes", "no method of its own", "no", "no"],
      [FETCH.name, "yes", "yes, by another address", "no", "yes"],
    ],
  );
}
