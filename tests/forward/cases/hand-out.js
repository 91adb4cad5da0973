import assert from "node:assert/strict";

const CREDENTIAL = "/credential";
const ask = (handler, init) => [CREDENTIAL, { method: "POST", handler, headers: { authorization: undefined }, ...init }];

export const handOut = {
  async "who may is given the service principal's credential"({ send, emulator, assertClean }) {
    for (const handler of ["yes", "yes, later", "alone"]) {
      const answer = await send(...ask(handler));
      assert.equal(answer.status, 200, answer.text);
      assertClean(answer);
      const { token, expirationTime, ...others } = answer.json();
      assert.ok(token.length > 1_000 && Date.parse(expirationTime) > 0);
      assert.deepEqual(others, {});
    }
    assert.ok(emulator.requests.count("credentials") <= 1);
    for (const { headers } of emulator.requests) assert.equal(headers.cookie, undefined);
  },

  async "the function that is asked sees the request"({ send, refused }) {
    const cookie = (value) => ({ headers: { authorization: undefined, cookie: value } });
    assert.equal((await send(...ask("by cookie", cookie("session=of-the-person")))).status, 200);
    await refused(...ask("by cookie", cookie("session=another")), 403, "PERMISSION_DENIED");
    assert.equal((await send(...ask("by body", { body: '{"asks":"nicely"}' }))).status, 200);
    await refused(...ask("by body", { body: '{"asks":"rudely"}' }), 403, "PERMISSION_DENIED");
    await refused(...ask("by body", { body: "{" }), 500, "INTERNAL_ERROR");
  },

  async "all but true is a no"({ refused }) {
    for (const handler of ["no", "nothing", "a text", "one", "an object", "a response", "a response, later"]) {
      await refused(...ask(handler), 403, "PERMISSION_DENIED");
    }
  },

  async "an error is a no, and its words stay here"({ refused }) {
    for (const handler of ["throws", "throws nothing", "rejects"]) {
      const message = await refused(...ask(handler), 500, "INTERNAL_ERROR");
      assert.ok(!message.includes("secret"));
    }
  },

  async "an answer that comes too late is none"({ send, refused, emulator }) {
    for (const handler of ["never", "too late"]) {
      const begun = performance.now();
      await refused(...ask(handler), 504, "TEMPORARILY_UNAVAILABLE");
      assert.ok(performance.now() - begun < 5_000);
    }
    await new Promise((resolve) => setTimeout(resolve, 600));
    assert.equal(emulator.requests.length, 0);
    assert.equal((await send(...ask("yes"))).status, 200);
  },

  async "a caller who goes away while being judged harms nobody"({ send }) {
    const { request, reset } = send(...ask("never", { open: true }));
    request.on("error", () => {});
    request.end();
    await new Promise((resolve) => setTimeout(resolve, 100));
    reset();
    assert.equal((await send(...ask("yes"))).status, 200);
  },

  async "a page of another origin is not even judged"({ refused, own }) {
    const by = (headers) => ask("yes", { headers: { authorization: undefined, ...headers } });
    await refused(...by({ origin: "https://evil.example" }), 403);
    await refused(...by({ "sec-fetch-site": "cross-site" }), 403);
    await refused(...by({ "sec-fetch-site": "same-site" }), 403);
    await refused(...by({ origin: undefined, "sec-fetch-site": undefined }), 403);
    await refused(...by({ origin: "null" }), 403);
    await refused(...by({ host: "evil.example", origin: "http://evil.example" }), 421);
    await refused(CREDENTIAL, { handler: "yes" }, 405);
    await refused(CREDENTIAL, { method: "POST" }, 404, "ENDPOINT_NOT_FOUND");
    assert.ok(own);
  },

  async "a provider that fails shows its code alone"({ send, assertClean }) {
    for (const [handler, status, code] of [["broken provider", 502, "UNEXPECTED_RESPONSE"], ["throwing provider", 502, "UNEXPECTED_RESPONSE"], ["hanging provider", 504, "TEMPORARILY_UNAVAILABLE"]]) {
      const answer = await send(...ask(handler));
      assertClean(answer);
      assert.ok(answer.status >= 500, `${handler} ${answer.status}`);
      assert.equal(answer.json().error_code, code, `${handler} ${status}`);
      assert.ok(!answer.text.includes("secret"));
    }
  },
};
