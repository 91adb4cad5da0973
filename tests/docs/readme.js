// How each program of the two READMEs is run, by its heading and number there.
import assert from "node:assert/strict";
import http from "node:http";
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { linkOwnPackages } from "../drivers/project.js";
import { startRelay } from "../drivers/relay.js";
import { output } from "../package/project.js";
import { listen } from "../suite/harness/listen.js";
import { program } from "../suite/harness/programs.js";
import { fill, freePort, given, runInBun, runInDeno, runInNode, serveFromDeno, serveFromNext, serveFromNode, serveFromWorkerd } from "./runners.js";
import { signInAtPage } from "./page.js";
import { assertLoggedIn } from "./stage.js";

/** For a program that starts where an earlier one ended. */
const PROVIDER = `
  import { Workspace as Its } from "lakebase-credentials";
  const { DATABRICKS_HOST: itsHost, CLIENT_ID, CLIENT_SECRET } = process.env;
  const provider = new Its({ host: itsHost, clientId: CLIENT_ID, clientSecret: CLIENT_SECRET }).credentials({ instance: "orders" });
`;
const HOST = "my-workspace.cloud.databricks.com";
const PAGE = "https://admin.example";

const portOf = ({ emulator }) => emulator.database.port;
const me = { path: "/api/2.0/preview/scim/v2/Me" };

/** Asks what a program serves as a page does; gives the answer's JSON. */
async function ask({ url, said }, { path: route = "/", method = "GET", origin = url, headers = {} } = {}) {
  const sent = { host: new URL(origin).host, "sec-fetch-site": "same-origin", ...(method !== "GET" && { origin }), ...headers };
  const [status, text] = await new Promise((resolve, reject) => {
    const request = http.request(url + route, { method, headers: sent }, async (response) => {
      const chunks = [];
      for await (const chunk of response) chunks.push(chunk);
      resolve([response.statusCode, Buffer.concat(chunks).toString()]);
    });
    request.on("error", reject).end();
  });
  assert.equal(status, 200, text + said());
  return JSON.parse(text);
}

/** The forwarding function tells who the person is, by the person's own token. */
async function assertForwards(server, { emulator }, origin) {
  try {
    const { userName } = await ask(server, { ...me, origin, headers: { authorization: `Bearer ${emulator.user.token}` } });
    assert.equal(userName, emulator.user.userName);
    assert.deepEqual(emulator.requests.map(({ route }) => route), ["me"]);
  } finally {
    await server.stop();
  }
}

/** Of the project's own README. */
export const ROOT = {
  "lakebase-credentials, 1": async (code, stage) => {
    const { clientId, clientSecret } = stage.emulator.servicePrincipal;
    const filled = fill(code, [
      ['clientId: "…"', `clientId: "${clientId}"`],
      ['clientSecret: "…"', `clientSecret: "${clientSecret}"`],
      ["pgConfig(provider)", `pgConfig(provider, { port: ${portOf(stage)} })`],
    ]);
    await runInNode(stage, `const { env } = process; ${filled} await pool.query("SELECT 1"); await pool.end();`);
    assertLoggedIn(stage.emulator, stage.emulator.servicePrincipal);
  },
};

/** Of the npm package's. */
export const README = {
  "lakebase-credentials, 1": async (code, stage) => {
    const filled = fill(code, [["pgConfig(provider)", `pgConfig(provider, { port: ${portOf(stage)} })`]]);
    assert.match(await runInNode(stage, `${filled} await pool.end();`), /now: 20\d\d-/);
    assertLoggedIn(stage.emulator, stage.emulator.servicePrincipal);
  },

  "In each runtime, 1": async (code, stage) => {
    const filled = fill(code, [['database: "shop"', `port: ${portOf(stage)}`]]);
    await runInNode(stage, `${PROVIDER} ${filled} await sql.end();`);
    assertLoggedIn(stage.emulator, stage.emulator.servicePrincipal);
  },

  "In each runtime, 2": async (code, stage) => {
    const server = await serveFromWorkerd(stage, fill(code, [["pgConfig(provider)", `pgConfig(provider, { port: ${portOf(stage)} })`]]));
    try {
      const [row] = await ask(server);
      assert.match(row.now, /^20\d\d-/);
      assertLoggedIn(stage.emulator, stage.emulator.servicePrincipal);
    } finally {
      await server.stop();
    }
  },

  "In each runtime, 3": async (code, stage) => {
    const route = `${PROVIDER} export const runtime = "edge"; export async function POST() { ${code} return Response.json({ token, expirationTime }); }`;
    const server = await serveFromNext(stage, { "": route });
    try {
      const { token, expirationTime } = await ask(server, { method: "POST" });
      assert.ok(token.length > 1_000 && new Date(expirationTime) > new Date());
    } finally {
      await server.stop();
    }
  },

  "In each runtime, 4": async (code, stage) => {
    const { emulator } = stage;
    const filled = fill(code, [[HOST, emulator.url], ['({ instance: "orders" })', `({ instance: "orders" }), { port: ${portOf(stage)} }`]]);
    await runInDeno(given(stage, { DATABRICKS_TOKEN: emulator.user.token }), `${filled} await sql\`SELECT now()\`; await sql.end();`, "--allow-net", "--allow-env");
    assertLoggedIn(emulator, emulator.user);
  },

  "In each runtime, 5": async (code, stage) => {
    const filled = fill(code, [["bunSqlOptions(provider)", `bunSqlOptions(provider, { port: ${portOf(stage)} })`]]);
    await runInBun(stage, `${PROVIDER} ${filled} await sql\`SELECT now()\`; await sql.end();`);
    assertLoggedIn(stage.emulator, stage.emulator.servicePrincipal);
  },

  "Without a secret, 1": async (code, stage) => {
    const { emulator, folder } = stage;
    const platformToken = () => emulator.federation.platformToken({ subject: "repo:example/shop" });
    const file = path.join(folder, "projected-token");
    await writeFile(file, await platformToken());
    // What GitHub's runners ask for a job's token.
    const asked = [];
    const github = await listen(
      http.createServer(async (request, response) => {
        asked.push([request.headers.authorization, new URL(request.url, "http://github").searchParams.get("audience")]);
        response.end(JSON.stringify({ value: await platformToken() }));
      }),
    );
    try {
      const filled = fill(code, [["/var/run/secrets/lakebase/token", file]]);
      const mint = `for (const workspace of [onVercel, inKubernetes, inGitHubActions]) await workspace.credentials({ instance: "orders" }).token();`;
      const added = {
        VERCEL_OIDC_TOKEN: await platformToken(),
        ACTIONS_ID_TOKEN_REQUEST_URL: `${github.url}/token?api-version=2`,
        ACTIONS_ID_TOKEN_REQUEST_TOKEN: "of-the-job",
      };
      await runInNode(given(stage, added), `${filled} ${mint}`);
    } finally {
      await github.stop();
    }
    assert.deepEqual(asked, [["Bearer of-the-job", "lakebase"]]);
    assert.equal(emulator.requests.count("credentials"), 3);
  },

  "Signing a person in, 1": async (code, stage) => {
    const { emulator } = stage;
    const signed = await signInAtPage(stage, (site) =>
      fill(code, [
        [`https://${HOST}`, emulator.url],
        ["0a1b2c3d-…", emulator.publicClient.clientId],
        [`${PAGE}/`, site],
      ]),
    );
    assert.deepEqual(signed, { userName: emulator.user.userName, search: "" });
  },

  "Drivers, 1": async (code, stage) => {
    const { emulator } = stage;
    const filled = fill(code, [["pgConfig(provider)", `pgConfig(provider, { port: ${portOf(stage)} })`]]);
    // The token that is held ends at the service alone.
    const elapse = `await fetch("${emulator.controlUrl}/_emulator/clock", { method: "POST", body: '{ "advance": 3601 }' });`;
    await runInNode(stage, `${PROVIDER} ${filled} await provider.token(); ${elapse} await query("SELECT 1"); await pool.end();`);
    assert.deepEqual(emulator.logins.map(({ accepted }) => accepted), [false, true]);
  },

  "Neon's driver, 1": async (code, stage) => {
    const relay = await startRelay();
    try {
      await linkOwnPackages(stage.folder);
      const filled = fill(code, [
        ["database-ca.pem", stage.emulator.caFile],
        ["wss://relay.example/v1", relay.url],
        ["{ neonConfig, subtls,", `{ port: ${portOf(stage)}, neonConfig, subtls,`],
      ]);
      const query = 'const { rows } = await pool.query("SELECT 6 * 7 AS answer"); await pool.end(); console.log(rows[0].answer);';
      // For the WebSocket that Node.js 20 has not.
      assert.match(await runInNode(stage, `${PROVIDER} ${filled} ${query}`, program("node")), /^42$/m);
    } finally {
      await relay.stop();
    }
    assertLoggedIn(stage.emulator, stage.emulator.servicePrincipal);
  },

  "Other tools, 1": async (code, stage) => {
    const { emulator, environment } = stage;
    const filled = fill(code, [["provider.connection()", `provider.connection({ port: ${portOf(stage)}, sslrootcert: process.env.NODE_EXTRA_CA_CERTS })`]]);
    const command = await runInNode(stage, `${PROVIDER} ${filled}`);
    const token = await runInNode(stage, `${PROVIDER} console.log(await provider.token());`);
    const env = { ...environment, PGPASSWORD: token.trim() };
    assert.equal((await output("sh", ["-c", `${command.trim()} --tuples-only --no-align --command 'SELECT 6 * 7'`], { env })).trim(), "42");
    assertLoggedIn(emulator, emulator.servicePrincipal);
  },

  "Pages and tools, 1": async (code, stage) => {
    const { emulator } = stage;
    const filled = fill(code, [[HOST, emulator.url], ["pgConfig(provider)", `pgConfig(provider, { port: ${portOf(stage)} })`]]);
    await runInNode(given(stage, { DATABRICKS_TOKEN: emulator.user.token }), filled);
    assertLoggedIn(emulator, emulator.user);
    assert.equal(emulator.instances.orders.enable_pg_native_login, true);
  },

  "Forwarding for a page, 1": async (code, stage) =>
    assertForwards(await serveFromWorkerd(stage, fill(code, [[`https://${HOST}`, stage.emulator.url]])), stage, PAGE),

  "Forwarding for a page, 2": async (code, stage) => {
    const server = await serveFromDeno(stage, fill(code, [[`https://${HOST}`, stage.emulator.url]]), "--allow-net");
    await assertForwards(server, stage, PAGE);
  },

  "Forwarding for a page, 3": async (code, stage) => {
    const port = await freePort();
    const server = await serveFromNode(given(stage, { PAGE_ORIGIN: PAGE }), port, fill(code, [["8080", String(port)]]));
    await assertForwards(server, stage, PAGE);
  },

  "Forwarding for a page, 4": async (code, stage) => {
    const routes = { "api/2.0/[...path]": code, "oidc/v1/token": code };
    await assertForwards(await serveFromNext(given(stage, { PAGE_ORIGIN: PAGE }), routes), stage, PAGE);
  },

  "Handing out a credential, 1": async (code, stage) => {
    const { emulator } = stage;
    const site = 'globalThis.isOperator = async (cookie) => cookie === "session=of-an-operator";';
    const uses = `
      const as = (cookie) => ({ method: "POST", headers: { origin: "${PAGE}", cookie } });
      const answer = async (cookie) => (await handle(new Request("${PAGE}/credential", as(cookie)))).json();
      console.log(JSON.stringify([await answer("session=of-an-operator"), await answer("session=of-another")]));
    `;
    const [handed, refused] = JSON.parse(await runInNode(stage, `${site} ${code} ${uses}`));
    assert.deepEqual([Object.keys(handed), refused.error_code], [["token", "expirationTime"], "PERMISSION_DENIED"]);
    const [{ body }] = emulator.requests.of("credentials");
    assert.deepEqual(JSON.parse(body).claims, [{ permission_set: "READ_ONLY" }]);
  },
};
