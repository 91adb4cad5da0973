import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { after, afterEach, before, describe, it } from "node:test";
import tls from "node:tls";
import { setTimeout as sleep } from "node:timers/promises";
import { startEmulator } from "./index.js";
import { exchange } from "./raw-client.js";

describe("faults", () => {
  let emulator;
  before(async () => {
    emulator = await startEmulator({ database: false });
  });
  after(() => emulator.stop());
  afterEach(() => emulator.reset());

  const port = () => Number(new URL(emulator.url).port);
  const request = (path = "/api/2.0/preview/scim/v2/Me") =>
    `GET ${path} HTTP/1.1\r\nhost: workspace\r\nauthorization: Bearer ${emulator.user.token}\r\nconnection: close\r\n\r\n`;

  /** One request over a bare socket: what came, byte by byte. */
  async function ask(path) {
    const { text, reset } = await exchange(port(), request(path));
    const end = text.indexOf("\r\n\r\n");
    const [statusLine, ...lines] = text.slice(0, end).split("\r\n");
    const headers = Object.fromEntries(lines.map((line) => [line.slice(0, line.indexOf(":")).toLowerCase(), line.slice(line.indexOf(":") + 2)]));
    return { status: Number(statusLine.split(" ")[1]), headers, body: text.slice(end + 4), reset };
  }

  it("are served in the order they were ordered in, as often as asked", async () => {
    emulator.fault("me", { status: 503 }, { times: 2 });
    emulator.fault("me", { status: 429 });
    emulator.fault("instances", { status: 500 });
    assert.deepEqual([(await ask()).status, (await ask()).status, (await ask()).status, (await ask()).status], [503, 503, 429, 200]);
    assert.equal((await ask("/api/2.0/database/instances")).status, 500);
    emulator.fault("me", { status: 503 }, { times: Infinity });
    for (let at = 0; at < 5; at += 1) assert.equal((await ask()).status, 503);
    emulator.clearFaults("me");
    assert.equal((await ask()).status, 200);
  });

  it("give a status with an error body of the route's kind", async () => {
    emulator.fault("me", { status: 503, retryAfter: 2, headers: { "x-extra": "1" } });
    const { status, headers, body } = await ask();
    assert.equal(status, 503);
    assert.equal(headers["retry-after"], "2");
    assert.equal(headers["x-extra"], "1");
    assert.equal(JSON.parse(body).error_code, "TEMPORARILY_UNAVAILABLE");
    emulator.fault("token", { status: 503 });
    const response = await fetch(`${emulator.url}/oidc/v1/token`, { method: "POST" });
    assert.equal((await response.json()).error, "temporarily_unavailable");
  });

  it("give a body of any kind", async () => {
    emulator.fault("me", { json: { userName: 7 } });
    emulator.fault("me", { status: 400, body: "INVALID_STATE: not now" });
    emulator.fault("me", { status: 502, html: true });
    emulator.fault("me", { empty: true, status: 400 });
    assert.equal((await ask()).body, '{"userName":7}');
    const plain = await ask();
    assert.deepEqual([plain.status, plain.body], [400, "INVALID_STATE: not now"]);
    const page = await ask();
    assert.equal(page.status, 502);
    assert.match(page.headers["content-type"], /^text\/html/);
    assert.match(page.body, /<title>.*<\/title>/);
    const empty = await ask();
    assert.deepEqual([empty.status, empty.body, empty.headers["content-length"]], [400, "", "0"]);
  });

  it("make every value another type", async () => {
    emulator.fault("me", { wrongTypes: true });
    const { status, body } = await ask();
    assert.equal(status, 200);
    const answer = JSON.parse(body);
    assert.equal(typeof answer.userName, "number");
    assert.equal(typeof answer.active, "string");
    assert.equal(typeof answer.emails, "string");
  });

  it("redirect", async () => {
    emulator.fault("me", { redirect: true });
    emulator.fault("me", { redirect: "https://elsewhere.example/", status: 307 });
    const login = await ask();
    assert.deepEqual([login.status, login.headers.location], [302, "/login.html"]);
    const elsewhere = await ask();
    assert.deepEqual([elsewhere.status, elsewhere.headers.location], [307, "https://elsewhere.example/"]);
  });

  it("skew the Date header", async () => {
    emulator.fault("me", { date: 7200 });
    const { status, headers } = await ask();
    assert.equal(status, 200);
    assert.ok(Math.abs(Date.parse(headers.date) - Date.now() - 7_200_000) < 5_000);
  });

  it("delay", async () => {
    emulator.fault("me", { delay: 150 });
    const start = performance.now();
    assert.equal((await ask()).status, 200);
    assert.ok(performance.now() - start >= 149);
  });

  it("reset the connection", async () => {
    emulator.fault("me", { reset: true });
    const { status, reset } = await ask();
    assert.ok(Number.isNaN(status));
    assert.ok(reset, "a reset, not an orderly end");
  });

  it("cut the body short", async () => {
    emulator.fault("me", { truncate: true });
    const { status, headers, body } = await ask();
    assert.equal(status, 200);
    assert.ok(body.length > 0);
    assert.ok(body.length < Number(headers["content-length"]));
  });

  for (const [fault, expected] of [["hang", /^$/], ["hangBody", /^HTTP\/1\.1 200 OK\r\n(.+\r\n)+\r\n$/]]) {
    it(`never answer: ${fault}`, async () => {
      emulator.fault("me", { [fault]: true });
      const socket = net.connect(port(), "127.0.0.1");
      let text = "";
      let ended = false;
      socket.on("data", (chunk) => (text += chunk));
      socket.on("end", () => (ended = true));
      socket.write(request());
      await sleep(250);
      assert.match(text, expected);
      assert.equal(ended, false);
      socket.destroy();
      await once(socket, "close");
    });
  }

  it("that are misspelt are refused", () => {
    assert.throws(() => emulator.fault("nowhere", { status: 503 }), /unknown route "nowhere"/);
    assert.throws(() => emulator.fault("me", { stauts: 503 }), /unknown fault "stauts"/);
    assert.throws(() => emulator.fault("me", { status: 42 }), /status of a fault/);
    assert.throws(() => emulator.fault("me", null), /a fault is an object/);
    assert.throws(() => emulator.fault("me", { status: 503 }, { times: 0 }), /times is/);
  });

  it("reset a connection under TLS too", async () => {
    const secure = await startEmulator({ database: false, tls: true });
    try {
      const { hostname, port: securePort } = new URL(secure.url);
      assert.equal(hostname, "localhost");
      const open = () => tls.connect({ host: "127.0.0.1", port: securePort, servername: hostname, ca: secure.caPem });
      const bytes = `GET /oidc/jwks.json HTTP/1.1\r\nhost: ${hostname}\r\nconnection: close\r\n\r\n`;
      assert.match((await exchange(securePort, bytes, { socket: open() })).text, /^HTTP\/1\.1 200 OK/);
      secure.fault("jwks", { reset: true });
      const { text, reset } = await exchange(securePort, bytes, { socket: open() });
      assert.equal(text, "");
      assert.ok(reset);
    } finally {
      await secure.stop();
    }
  });
});
