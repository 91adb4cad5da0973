import assert from "node:assert/strict";
import { PAGE } from "../harness/cases.js";

const LIST = "/api/2.0/database/instances";
const MINT = "/api/2.0/database/credentials";
const mint = (headers, handler) => ({ method: "POST", body: '{"instance_names":["orders"]}', headers, handler });

export const pages = {
  async "a page of another origin gets nothing"({ refused, own, runtime }) {
    const { port } = new URL(own);
    // An empty header is none in workerd.
    const empty = runtime === "workerd" ? [] : [""];
    for (const origin of [...empty, "https://evil.example", "null", "*", `https://127.0.0.1:${port}`, `http://127.0.0.1:${port}0`, `http://localhost:${port}`, `${own}/`, `${own}, https://evil.example`, `http://127.0.0.1:${port}@evil.example`]) {
      await refused(MINT, mint({ origin }), 403);
      await refused(MINT, mint({ origin, "sec-fetch-site": undefined }), 403);
      await refused(LIST, { headers: { origin } }, 403);
    }
    for (const site of ["cross-site", "same-site", "none", "same-origin, cross-site"]) {
      await refused(MINT, mint({ "sec-fetch-site": site }), 403);
      await refused(LIST, { headers: { "sec-fetch-site": site } }, 403);
    }
    await refused(MINT, mint({ origin: undefined, "sec-fetch-site": undefined }), 403);
  },

  async "a preflight grants nothing"({ send, emulator }) {
    const answer = await send(MINT, {
      method: "OPTIONS",
      headers: { origin: "https://evil.example", "sec-fetch-site": "cross-site", authorization: undefined, "access-control-request-method": "POST", "access-control-request-headers": "authorization, content-type" },
    });
    assert.equal(answer.status, 405);
    assert.deepEqual(Object.keys(answer.headers).filter((name) => name.startsWith("access-control")), []);
    assert.equal(emulator.requests.length, 0);
  },

  async "another name for this address is refused, as of a site that points its own here"({ refused, own }) {
    const { port } = new URL(own);
    for (const host of ["evil.example", `evil.example:${port}`, `evil.localhost:${port}`, `10.0.0.1:${port}`, `127.0.0.1.evil.example:${port}`]) {
      for (const headers of [{ host, origin: `http://${host}` }, { host, origin: `http://${host}`, "sec-fetch-site": undefined }, { host }]) {
        await refused(MINT, mint(headers), 421);
        await refused(LIST, { headers: { ...headers, origin: undefined } }, 421);
      }
      await refused(MINT, mint({ host, origin: `http://${host}` }, "yes"), 421);
    }
    const forwarded = { host: "evil.example", "x-forwarded-host": new URL(own).host, forwarded: `host=${new URL(own).host}` };
    await refused(LIST, { headers: forwarded }, 421);
  },

  async "where the page's origin is configured, it counts, though TLS ends before"({ send, refused, own, emulator }) {
    const { host } = new URL(PAGE);
    const passed = await send(MINT, mint({ host, origin: PAGE }, "of-origin"));
    assert.equal(passed.status, 200, passed.text);
    assert.equal((await send(LIST, { handler: "of-origin", headers: { host } })).status, 200);
    assert.equal(emulator.requests.length, 2);
    for (const [headers, status] of [
      [{ host, origin: `http://${host}` }, 403], [{ host, origin: own }, 403], [{ origin: PAGE }, 421], [{ origin: own }, 421],
      [{ host: `${host}:8443`, origin: `${PAGE}:8443` }, 421], [{ host: `x.${host}`, origin: `https://x.${host}` }, 421], [{ host, origin: "https://ADMIN.example" }, 403],
    ]) {
      await refused(MINT, mint(headers, "of-origin"), status);
    }
  },

  async "browsers that tell no site are served by their origin"({ send }) {
    const answer = await send(MINT, mint({ "sec-fetch-site": undefined }));
    assert.equal(answer.status, 200, answer.text);
    assert.equal((await send(LIST, { headers: { "sec-fetch-site": undefined } })).status, 200);
  },
};
