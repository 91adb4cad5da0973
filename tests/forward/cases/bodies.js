import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

const MINT = "/api/2.0/database/credentials";
const LIMIT = 64 * 1024;
const chunked = { "content-type": "application/json", "transfer-encoding": "chunked" };

/** A request whose body is written bit by bit, without a length. */
function openBody({ send }, { handler, headers } = {}) {
  const { request, answer, reset } = send(MINT, { method: "POST", handler, headers: { ...chunked, ...headers }, open: true });
  request.on("error", () => {});
  return { request, answer, reset };
}

const padded = (size) => `{"instance_names":["orders"]${" ".repeat(size - 29)}}`;

export const bodies = {
  async "a body of just the limit passes, one byte more does not"({ send, refused, json, emulator }) {
    assert.equal(padded(LIMIT).length, LIMIT);
    const passed = await send(MINT, json(padded(LIMIT)));
    assert.equal(passed.status, 200, passed.text);
    assert.equal(emulator.requests[0].body, padded(LIMIT));
    await refused(MINT, json(padded(LIMIT + 1)), 413);
  },

  async "a length that is told too large is refused before it comes"(play) {
    const { request, answer } = play.send(MINT, { method: "POST", headers: { "content-type": "application/json", "content-length": 10 * 1024 * 1024 }, open: true });
    request.on("error", () => {});
    request.flushHeaders();
    const { status } = await answer;
    request.destroy();
    assert.deepEqual([status, play.emulator.requests.length], [413, 0]);
  },

  async "a body without a length is counted"(play) {
    const whole = openBody(play);
    for (const part of ['{"instance_names"', ':["orders"]', "}"]) whole.request.write(part);
    whole.request.end();
    assert.equal((await whole.answer).status, 200);

    const large = openBody(play);
    for (let i = 0; i < 5; i += 1) large.request.write(" ".repeat(LIMIT / 4));
    const { status } = await large.answer;
    large.request.destroy();
    assert.deepEqual([status, play.emulator.requests.length], [413, 1]);

    const tiny = openBody(play);
    for (let i = 0; i < 3_000; i += 1) tiny.request.write("1");
    tiny.request.end();
    assert.equal((await tiny.answer).status, 400);
    assert.equal(play.emulator.requests[1].body, "1".repeat(3_000));
  },

  async "a body that is endless is cut off"(play) {
    const { request, answer } = openBody(play);
    const chunk = Buffer.alloc(16 * 1024, " ");
    const timer = setInterval(() => request.write(chunk), 1);
    try {
      assert.equal((await answer).status, 413);
      assert.equal(play.emulator.requests.length, 0);
    } finally {
      clearInterval(timer);
      request.destroy();
    }
  },

  async "a body that stays away is waited for no longer than the time limit"(play) {
    const { request, answer } = openBody(play, { handler: "quick" });
    request.write('{"instance_names":');
    const begun = performance.now();
    const { status, json } = await answer;
    request.destroy();
    assert.deepEqual([status, json().error_code], [504, "TEMPORARILY_UNAVAILABLE"]);
    assert.ok(performance.now() - begun < 5_000);
    assert.equal(play.emulator.requests.length, 0);
  },

  async "a body that drips is no way around it"(play) {
    const { request, answer } = openBody(play, { handler: "quick" });
    const timer = setInterval(() => request.write(" "), 20);
    try {
      assert.equal((await answer).status, 504);
    } finally {
      clearInterval(timer);
      request.destroy();
    }
    await sleep(100);
    assert.equal(play.emulator.requests.length, 0);
  },

  async "a body that breaks off is not sent on"(play) {
    const { request, reset } = openBody(play);
    request.write('{"instance_names":["orders"]');
    await sleep(150);
    reset();
    await sleep(150);
    assert.equal(play.emulator.requests.length, 0);
    assert.equal((await play.send(MINT, play.json({ instance_names: ["orders"] }))).status, 200);
  },

  async "a body of no text is no form"({ refused, form }) {
    const message = await refused("/oidc/v1/token", { ...form(""), body: Buffer.from([0x67, 0xff, 0xfe]) }, 400);
    assert.match(message, /could not be read/);
  },

  async "a body that is missing is the workspace's to refuse"({ send, emulator }) {
    const answer = await send(MINT, { method: "POST", headers: { "content-type": "application/json", "content-length": 0 } });
    assert.deepEqual([answer.status, emulator.requests.length], [400, 1]);
  },
};
