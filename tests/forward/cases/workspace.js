import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";

const LIST = "/api/2.0/database/instances";
/** Long before any limit but the one that is tested, also where the machine is busy. */
const SOON = 5_000;
const ME = "/api/2.0/preview/scim/v2/Me";
const odd = (name) => [`${LIST}/${name}`, { handler: "odd" }];

/** Asserts an answer of the function's own for what the workspace did. */
async function failed({ send, assertClean }, [path, init], status, code) {
  const answer = await send(path, init);
  assert.equal(answer.status, status, `${path}: ${answer.text.slice(0, 200)}`);
  assertClean(answer, path);
  const { error_code, message } = answer.json();
  assert.equal(error_code, code, path);
  assert.ok(!/127\.0\.0\.1|ECONN|fetch failed|undici|kj::|workerd/i.test(message), message);
  return message;
}

export const workspace = {
  async "errors of the workspace come through as they are"({ send, emulator, assertClean }) {
    emulator.fault("instances", { status: 429, retryAfter: 7 });
    const limited = await send(LIST);
    assert.deepEqual([limited.status, limited.headers["retry-after"]], [429, "7"]);
    assertClean(limited);
    emulator.fault("me", { status: 503, html: true });
    const down = await send(ME);
    assert.equal(down.status, 503);
    assert.match(down.headers["content-type"], /^text\/plain/);
    assert.match(down.text, /<pre>/);
    emulator.fault("me", { status: 204, empty: true });
    assert.deepEqual([(await send(ME)).status], [204]);
  },

  async "redirects are neither followed nor passed on"(play) {
    for (const status of [300, 301, 302, 303, 304, 305, 307, 308]) {
      const message = await failed(play, odd(`redirect_${status}`), 502, "BAD_REQUEST");
      assert.match(message, /redirect/);
      await failed(play, odd(`bare_${status}`), 502, "BAD_REQUEST");
    }
    assert.deepEqual(play.odd.trapped, []);
    play.emulator.fault("token", { redirect: play.own });
    const form = play.form({ grant_type: "refresh_token", refresh_token: "r", client_id: "page" });
    await failed(play, ["/oidc/v1/token", form], 502, "BAD_REQUEST");
    assert.equal(play.emulator.requests.length, 1);
  },

  async "a page of HTML is text"({ send, assertClean }) {
    const answer = await send(...odd("html"));
    assert.deepEqual([answer.status, answer.text], [200, "<script>alert(1)</script>"]);
    assert.match(answer.headers["content-type"], /^text\/plain/);
    assertClean(answer);
  },

  async "cookies and challenges stay away from the page"({ send, assertClean }) {
    const answer = await send(...odd("cookies"));
    assert.equal(answer.status, 401);
    assertClean(answer);
    assert.deepEqual([answer.headers["set-cookie"], answer.headers["www-authenticate"]], [undefined, undefined]);
  },

  async "headers that are none are left out"({ send, assertClean }) {
    const answer = await send(...odd("headers"));
    assert.equal(answer.status, 200);
    assertClean(answer);
    assert.deepEqual([answer.headers["retry-after"], answer.headers.date?.length > 1_000], [undefined, false]);
  },

  async "early hints are not passed on"({ send, assertClean }) {
    const answer = await send(...odd("early"));
    assert.equal(answer.status, 200, answer.text);
    assertClean(answer);
  },

  async "a workspace that hangs is waited for no longer than the time limit"(play) {
    for (const fault of [{ hang: true }, { hangBody: true }]) {
      play.emulator.fault("me", fault);
      const begun = performance.now();
      await failed(play, [ME, { handler: "quick" }], 504, "TEMPORARILY_UNAVAILABLE");
      const took = performance.now() - begun;
      assert.ok(took > 300 && took < SOON, `${took}`);
    }
    play.emulator.fault("me", { delay: 150 });
    assert.equal((await play.send(ME)).status, 200);
  },

  async "an answer that drips is no way around it"(play) {
    const begun = performance.now();
    await failed(play, odd("drip"), 504, "TEMPORARILY_UNAVAILABLE");
    assert.ok(performance.now() - begun < SOON);
    await play.odd.closed("drip");
  },

  async "a workspace that is away, resets or breaks off is unavailable"(play) {
    await failed(play, [ME, { handler: "gone" }], 502, "TEMPORARILY_UNAVAILABLE");
    await failed(play, odd("reset"), 502, "TEMPORARILY_UNAVAILABLE");
    await failed(play, odd("garbage"), 502, "TEMPORARILY_UNAVAILABLE");
    await failed(play, odd("half"), 502, "TEMPORARILY_UNAVAILABLE");
    play.emulator.fault("me", { truncate: true });
    await failed(play, [ME, {}], 502, "TEMPORARILY_UNAVAILABLE");
    assert.equal((await play.send(ME)).status, 200);
  },

  async "an answer is taken up to a size"(play) {
    const limit = 4 * 1024 * 1024;
    const whole = await play.send(...odd(`large_${limit}`));
    assert.deepEqual([whole.status, whole.text.length], [200, limit]);
    const message = await failed(play, odd(`large_${limit + 1}`), 502, "BAD_REQUEST");
    assert.match(message, /too large/);
    await failed(play, odd("endless"), 502, "BAD_REQUEST");
    const { sent } = await play.odd.closed("endless");
    assert.ok(sent < 64 * 1024 * 1024, `${sent} bytes were read`);
    await failed(play, odd("bomb"), 502, "BAD_REQUEST");
  },

  async "when the caller goes away, the workspace is not waited for"(play) {
    for (const name of ["hang_1", "endless_1", "drip_1"]) {
      const { request, reset } = play.send(`${LIST}/${name}`, { handler: "odd, patiently", open: true });
      request.on("error", () => {});
      request.end();
      await play.odd.asked(name);
      await sleep(50);
      const begun = performance.now();
      reset();
      const { finished } = await play.odd.closed(name);
      assert.equal(finished, false);
      assert.ok(performance.now() - begun < SOON, `${name}: after ${performance.now() - begun} ms`);
    }
  },

  async "many at once are each answered as they asked"({ send, json }) {
    const names = Array.from({ length: 40 }, (_, i) => (i % 2 ? "orders" : "stopped"));
    const answers = await Promise.all(names.map((name) => send(`${LIST}/${name}`)));
    assert.deepEqual(answers.map((answer) => answer.json().name), names);
    const minted = await Promise.all(names.map((name) => send("/api/2.0/database/credentials", json({ instance_names: [name] }))));
    assert.deepEqual(minted.map(({ status }) => status === 200), names.map((name) => name === "orders"));
  },
};
