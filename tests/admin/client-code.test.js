import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { chmod, copyFile, mkdir } from "node:fs/promises";
import path from "node:path";
import { after, before, describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import { clientCode } from "../../pkg/admin.js";
import { pythonWithSdk, servicePrincipalEnvironment } from "../clients/environment.js";
import { createProject } from "../package/project.js";
import { startStage } from "./stage.js";

const run = promisify(execFile);
/** Quotes and expansions of every language and shell. */
const ODD = "o'\"\\$(id)`id`${x}#{x}%s\\n\\u0041";
const STAND_IN = fileURLToPath(new URL("databricks-cli.js", import.meta.url));

describe("clientCode, run", () => {
  let stage, project, python, caFile;
  before(async () => {
    [stage, project, python] = await Promise.all([startStage(), createProject("pg", "postgres"), pythonWithSdk()]);
    caFile = path.join(project.folder, "it's \"a\" $HOME \\ folder", "ca.crt");
    await mkdir(path.dirname(caFile));
    await copyFile(stage.emulator.caFile, caFile);
    await mkdir(path.join(project.folder, "bin"));
    await copyFile(STAND_IN, path.join(project.folder, "bin", "databricks"));
    await chmod(path.join(project.folder, "bin", "databricks"), 0o755);
  });
  after(async () => {
    await project?.remove();
    await stage?.stop();
  });

  /** How each kind is run, from the code to what it prints. */
  const RUNNERS = {
    async pg(code) {
      await project.write({ "pg.mjs": code });
      return [process.execPath, ["pg.mjs"]];
    },
    async postgres(code) {
      await project.write({ "postgres.mjs": code });
      return [process.execPath, ["postgres.mjs"]];
    },
    async python(code) {
      await project.write({ "lakebase.py": code });
      return [python, ["lakebase.py"]];
    },
    psql: (line) => ["sh", ["-c", `${line} -X -At -c 'SELECT current_user'`]],
  };

  async function runCode(kind, connection, target, identity = stage.emulator.servicePrincipal) {
    const code = clientCode(kind, { host: "localhost", port: stage.emulator.database.port, user: identity.clientId, sslrootcert: caFile, ...connection }, target);
    const [file, args] = await RUNNERS[kind](code);
    const env = servicePrincipalEnvironment({ url: stage.emulator.url, servicePrincipal: identity });
    env.PATH = `${path.join(project.folder, "bin")}${path.delimiter}${env.PATH}`;
    const { code: status = 0, stdout, stderr } = await run(file, args, { cwd: project.folder, env, timeout: 60_000 }).catch((error) => error);
    stage.witness.used(identity.clientSecret);
    stage.witness.saw(`${kind}'s code`, code);
    stage.witness.saw(`${kind}'s output`, stdout + stderr);
    return { status, stdout, stderr, code };
  }

  for (const kind of Object.keys(RUNNERS)) {
    it(`the code for ${kind} logs in, to an instance and to an endpoint`, async () => {
      // Without a user, code for programs logs in as the identity of its token.
      const unnamed = kind === "psql" ? {} : { user: undefined };
      for (const [connection, target] of [[{}, { instance: "orders" }], [unnamed, { endpoint: stage.emulator.endpoint }]]) {
        stage.emulator.requests.clear();
        const { status, stdout, stderr } = await runCode(kind, connection, target);
        assert.equal(status, 0, stderr);
        assert.ok(stdout.includes(stage.emulator.servicePrincipal.clientId), stdout);
        const route = target.endpoint ? "endpoint-credentials" : "credentials";
        assert.equal(stage.emulator.requests.count(route), 1);
        const { accepted, target: name } = stage.emulator.logins.at(-1);
        assert.deepEqual([accepted, name], [true, target.instance ?? target.endpoint]);
      }
    });

    it(`the code for ${kind} means an odd user, database and file as they are`, async () => {
      // databricks-sdk for Python sends a client id unescaped, so that a percent sign would be decoded as an escape.
      const odd = await stage.emulator.addServicePrincipal({ clientId: `${ODD.replace("%", "")}@${kind}` });
      const { status, stdout, stderr } = await runCode(kind, {}, { instance: "orders" }, odd);
      assert.equal(status, 0, stderr);
      assert.equal(stage.emulator.logins.at(-1).user, odd.clientId);

      const elsewhere = await runCode(kind, { database: `${ODD} shop` }, { instance: "orders" });
      assert.notEqual(elsewhere.status, 0, stdout);
      assert.ok(elsewhere.stderr.includes(`database "${ODD} shop" does not exist`), elsewhere.stderr);
    });

    it(`the code for ${kind} gives no token to a server that is not verified`, async () => {
      const seen = stage.emulator.logins.length;
      const { status } = await runCode(kind, { sslrootcert: undefined }, { instance: "orders" });
      assert.notEqual(status, 0);
      assert.equal(stage.emulator.logins.length, seen);
    });
  }

  it("the CLI's line asks for a credential, and nothing else", async () => {
    for (const target of [{ instance: "orders" }, { endpoint: stage.emulator.endpoint }]) {
      const line = clientCode("cli", undefined, target);
      stage.witness.saw("the CLI's line", line);
      const env = servicePrincipalEnvironment(stage.emulator);
      env.PATH = `${path.join(project.folder, "bin")}${path.delimiter}${env.PATH}`;
      const { stdout } = await run("sh", ["-c", line], { env });
      assert.match(JSON.parse(stdout).token, /^eyJ/);
    }
  });
});
