import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createProject } from "../package/project.js";
import { bundle, DATES, startWorkerd } from "../suite/harness/workerd.js";
import { startStage } from "./stage.js";

const WORKER = `
  import settings from "cloudflare:settings";
  import { clientCode, createRoleStatement, generatePassword, Workspace } from "lakebase-credentials/admin";

  export default {
    async fetch() {
      const workspace = new Workspace(settings.workspace);
      const [endpoint] = await workspace.listEndpoints();
      const instance = await workspace.setNativeLogin("orders", true);
      const token = await workspace.credentials({ endpoint: endpoint.name }).token();
      return Response.json({
        endpoint: [endpoint.name, endpoint.pgVersion],
        nativeLogin: instance.effectiveEnablePgNativeLogin,
        jwt: token.startsWith("eyJ"),
        passwords: new Set([generatePassword(), generatePassword()]).size,
        statement: createRoleStatement('a"b', "it's"),
        line: clientCode("cli", undefined, { endpoint: endpoint.name }),
        refused: await workspace.setNativeLogin("orders", 1).catch(({ code, option }) => [code, option]),
      });
    },
  };
`;

describe("in workerd", () => {
  let stage, project, script;
  before(async () => {
    [stage, project] = await Promise.all([startStage({ database: false }), createProject()]);
    await project.write({ "worker.js": WORKER });
    script = await bundle(project.folder, "worker.js");
  });
  after(async () => {
    await project?.remove();
    await stage?.stop();
  });

  for (const date of DATES) {
    it(`all of it works as of ${date}`, async () => {
      const { emulator, witness } = stage;
      emulator.reset();
      const { clientId, clientSecret } = emulator.servicePrincipal;
      const settings = { workspace: { host: emulator.url, clientId, clientSecret } };
      const worker = await startWorkerd({ folder: project.folder, script, date, witness, settings, modules: ["lakebase_credentials_admin"] });
      try {
        const text = await (await fetch(worker.url)).text();
        witness.saw("the worker's answer", text);
        assert.deepEqual(JSON.parse(text), {
          endpoint: [emulator.endpoint, 17],
          nativeLogin: true,
          jwt: true,
          passwords: 2,
          statement: `CREATE ROLE "a""b" LOGIN PASSWORD 'it''s';`,
          line: `databricks postgres generate-database-credential ${emulator.endpoint}`,
          refused: ["INVALID_ARGUMENT", "enabled"],
        });
        assert.equal(emulator.instances.orders.enable_pg_native_login, true);
      } finally {
        await worker.stop();
      }
    });
  }
});
