import assert from "node:assert/strict";
import { once } from "node:events";
import net from "node:net";
import { setTimeout as sleep } from "node:timers/promises";
import tls from "node:tls";
import pg from "pg";

/** Asks the emulator as plainly as can be, with no client library in between; for its own tests. */
export function callerOf(emulator) {
  const call = async (path, { method = "GET", token, json, headers } = {}) => {
    const response = await fetch(emulator.url + path, {
      method,
      headers: {
        ...(token && { authorization: `Bearer ${token}` }),
        ...(json !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      body: json === undefined ? undefined : JSON.stringify(json),
      redirect: "manual",
    });
    const text = await response.text();
    let body = text;
    try {
      body = JSON.parse(text);
    } catch {
      // an answer that is no JSON is compared as text
    }
    return { status: response.status, headers: response.headers, body };
  };

  const tokenRequest = async (fields, { basic } = {}) => {
    const response = await fetch(`${emulator.url}/oidc/v1/token`, {
      method: "POST",
      headers: basic ? { authorization: `Basic ${btoa(basic.map(formEncode).join(":"))}` } : {},
      body: new URLSearchParams(fields),
    });
    return { status: response.status, headers: response.headers, body: await response.json() };
  };

  const workspaceToken = async ({ clientId, clientSecret } = emulator.servicePrincipal) => {
    const { body } = await tokenRequest({ grant_type: "client_credentials", scope: "all-apis" }, { basic: [clientId, clientSecret] });
    return body.access_token;
  };

  return {
    call,
    tokenRequest,
    workspaceToken,
    async credential(request, identity) {
      const path = request.endpoint ? "/api/2.0/postgres/credentials" : "/api/2.0/database/credentials";
      const { status, body } = await call(path, { method: "POST", token: await workspaceToken(identity), json: request });
      if (status !== 200) throw new Error(`${status}: ${body.error_code}: ${body.message}`);
      return body.token;
    },
  };
}

const formEncode = (text) => new URLSearchParams({ x: text }).toString().slice(2);

/** A connection to the front through pg, verified, by the host name given as SNI. */
export async function connect(emulator, { user, password, servername = "localhost", database = emulator.database.database }) {
  const client = new pg.Client({
    // By address, as names other than localhost do not resolve everywhere.
    host: "127.0.0.1",
    port: emulator.database.port,
    user,
    password,
    database,
    ssl: { ca: emulator.caPem, servername },
  });
  client.on("error", () => {}); // the tests look at what the calls give
  await client.connect();
  return client;
}

/** Logs in, runs one statement, goes. */
export async function query(emulator, login, statement = "SELECT count(*)::int AS count FROM orders") {
  const client = await connect(emulator, login);
  try {
    return (await client.query(statement)).rows;
  } finally {
    await client.end();
  }
}

/** Waits for a condition, for so long that only a fault can make it fail. */
export async function eventually(condition, complaint) {
  const deadline = Date.now() + 15_000;
  while (!(await condition())) {
    assert.ok(Date.now() < deadline, complaint);
    await sleep(50);
  }
}

/** Sends bytes and gives back all that comes until the connection ends. */
export async function exchange(port, bytes, { socket = net.connect(port, "127.0.0.1") } = {}) {
  const chunks = [];
  let reset = false;
  socket.on("data", (chunk) => chunks.push(chunk));
  socket.on("error", (error) => (reset = error.code === "ECONNRESET"));
  socket.write(bytes);
  await new Promise((resolve) => socket.once("close", resolve));
  return { bytes: Buffer.concat(chunks), text: Buffer.concat(chunks).toString("latin1"), reset };
}

/** TLS from the first byte, as libpq's sslnegotiation=direct has it. */
export async function directTls(emulator, { servername, ALPNProtocols }) {
  const socket = tls.connect({ host: "127.0.0.1", port: emulator.database.port, ca: emulator.caPem, servername, ALPNProtocols });
  await once(socket, "secureConnect");
  return socket;
}
