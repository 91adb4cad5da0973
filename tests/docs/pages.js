// How each program of the pages in docs/ is run, by its heading and number there.
import assert from "node:assert/strict";
import { fill, given, runInNode } from "./runners.js";
import { assertLoggedIn } from "./stage.js";

const { stringify } = JSON;

/** For a program that starts where an earlier one ended. */
const workspaceOf = ({ clientId, clientSecret }) => `
  import { Workspace as Its } from "lakebase-credentials";
  const workspace = new Its({ host: process.env.DATABRICKS_HOST, clientId: ${stringify(clientId)}, clientSecret: ${stringify(clientSecret)} });
`;
const PROVIDER = 'const provider = workspace.credentials({ instance: "orders" });';

/** What the workspace was asked, in order. */
const asked = ({ requests }) => requests.map(({ route }) => route);

/** A credential of an hour was printed, and the workspace was asked for no more than it. */
function assertMinted(printed, { emulator }) {
  assert.ok(Math.abs(new Date(printed.trim()) - Date.now() - 3_600_000) < 120_000, printed);
  assert.deepEqual(asked(emulator).filter((route) => route !== "databricks-config" && route !== "discovery"), ["token", "credentials"]);
}

export const ERRORS = {
  "Errors, 1": async (code, stage) => {
    const { emulator } = stage;
    const allowed = workspaceOf(emulator.servicePrincipal);
    assert.equal(await runInNode(stage, `${allowed} ${PROVIDER} ${code}`), "");

    const stranger = await emulator.addServicePrincipal({ access: false });
    const denied = await runInNode(stage, `${workspaceOf(stranger)} ${PROVIDER} ${code}`);
    assert.match(denied, /^PERMISSION_DENIED: .*\n/);
    assert.ok(denied.endsWith(`grant ${stranger.clientId} CAN USE on orders\n`), denied);

    emulator.fault("credentials", { status: 429, retryAfter: 90 });
    const limited = await runInNode(stage, `${allowed} ${PROVIDER} ${code}`);
    assert.match(limited, /^RATE_LIMITED: .*\nagain in 90000 ms\n$/);
  },
};

export const MIGRATE = {
  "From @databricks/lakebase, 1": async (code, stage) => {
    const { emulator } = stage;
    const { host } = emulator.database;
    await runInNode(given(stage, { PGHOST: host, LAKEBASE_ENDPOINT: emulator.endpoint }), `${code} await pool.end();`);
    assertLoggedIn(emulator, emulator.servicePrincipal);
  },

  "From @databricks/lakebase, 2": async (code, stage) => {
    const { emulator } = stage;
    const filled = fill(code, [["max: 10", `max: 10, port: ${emulator.database.port}`]]);
    await runInNode(given(stage, { LAKEBASE_ENDPOINT: emulator.endpoint }), `${filled} await pool.end();`);
    assertLoggedIn(emulator, emulator.servicePrincipal);
  },

  "From @databricks/sdk-experimental, 1": async (code, stage) => assertMinted(await runInNode(stage, code), stage),

  "From @databricks/sdk-experimental, 2": async (code, stage) => assertMinted(await runInNode(stage, code), stage),

  "From @databricks/sdk-experimental, 3": async (code, stage) => {
    const its = workspaceOf(stage.emulator.servicePrincipal);
    const printed = await runInNode(stage, `${its} ${code} console.log(token === (await provider.token()));`);
    assert.equal(printed, "true\n");
    assert.deepEqual(asked(stage.emulator), ["token", "credentials"]);
  },

  "From requests of your own, 1": async (code, stage) =>
    assertMinted(await runInNode(stage, `${code} console.log(new Date(expiration_time));`), stage),

  "From requests of your own, 2": async (code, stage) =>
    assertMinted(await runInNode(stage, `${code} console.log(expirationTime);`), stage),
};
