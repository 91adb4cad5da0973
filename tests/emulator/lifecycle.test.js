import assert from "node:assert/strict";
import { execFile, spawn } from "node:child_process";
import { once } from "node:events";
import { access, chmod, cp, lstat, mkdtemp, readFile, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import path from "node:path";
import { createInterface } from "node:readline";
import { describe, it } from "node:test";
import { fileURLToPath } from "node:url";
import { promisify } from "node:util";
import pg from "pg";
import { startEmulator } from "./index.js";
import { findBinaries, packageFolder, unprivilegedUser } from "./postgres-binaries.js";
import { startPostgres } from "./postgres-server.js";
import { callerOf, eventually, query } from "./raw-client.js";

const HERE = path.dirname(fileURLToPath(import.meta.url));
const exists = (file) => access(file).then(() => true, () => false);
const processes = async () => (await promisify(execFile)("ps", ["-eo", "args"])).stdout;

/** `main.js` as a person runs it, and what it printed, by name. */
async function runMain(args = []) {
  const child = spawn(process.execPath, [path.join(HERE, "main.js"), ...args], { stdio: ["ignore", "pipe", "inherit"] });
  const printed = {};
  for await (const line of createInterface({ input: child.stdout })) {
    const [, name, value] = /^([^:]+): (.*)$/.exec(line);
    printed[name] = value;
    if (name === "control") break;
  }
  return { child, printed, exited: once(child, "exit") };
}

/** Neither PostgreSQL nor any file of an emulator is left. */
async function isGone(caFile) {
  const folder = path.dirname(caFile);
  return !(await exists(folder)) && !(await processes()).includes(folder);
}

describe("the emulator's life", () => {
  it("ends with stop(), and leaves nothing", async () => {
    const emulator = await startEmulator();
    assert.ok((await processes()).includes(path.dirname(emulator.caFile)));
    await emulator.stop();
    await emulator.stop();
    assert.ok(await isGone(emulator.caFile));
    await assert.rejects(fetch(emulator.url));
  });

  it("answers by hand as it does in tests, until Ctrl-C", async () => {
    const { child, printed, exited } = await runMain(["--token-lifetime", "20"]);
    const emulator = {
      url: printed.workspace,
      servicePrincipal: { clientId: printed["client id"], clientSecret: printed["client secret"] },
      database: { port: Number(/:(\d+)\//.exec(printed.database)[1]), database: "databricks_postgres" },
      caPem: await readFile(printed["certificate authority"], "utf8"),
    };
    const password = await callerOf(emulator).credential({ instance_names: ["orders"] });
    assert.deepEqual(await query(emulator, { user: emulator.servicePrincipal.clientId, password }), [{ count: 5 }]);
    child.kill("SIGINT");
    assert.deepEqual(await exited, [0, null]);
    assert.ok(await isGone(printed["certificate authority"]));
  });

  it("takes PostgreSQL along even when it is killed", async () => {
    const { child, printed, exited } = await runMain();
    child.kill("SIGKILL");
    await exited;
    await eventually(() => isGone(printed["certificate authority"]), "PostgreSQL or its files are still there");
  });

  it("refuses options that it does not know", async () => {
    await assert.rejects(startEmulator({ databse: false }), /unknown option "databse"/);
    await assert.rejects(startEmulator({ database: false, expirationTime: "whenever" }), /expirationTime is one of/);
    await assert.rejects(startEmulator({ database: false, tokenLifetime: "an hour" }), /tokenLifetime is a number/);
  });

  it("begins nothing that it does not end when the start fails", async () => {
    const before = await startEmulator({ database: false });
    const { port } = new URL(before.url);
    await assert.rejects(startEmulator({ database: false, port: Number(port) }), { code: "EADDRINUSE" });
    await assert.rejects(startEmulator({ postgres: "postgres://nobody@127.0.0.1:1/postgres" }), { code: "ECONNREFUSED" });
    await before.stop();
  });

  it("works on a server named by address, and leaves it as it was", async () => {
    const scratch = await mkdtemp(path.join(tmpdir(), "named-server-"));
    await chmod(scratch, 0o711);
    const server = await startPostgres(scratch);
    const admin = new pg.Client(server.connection);
    try {
      const { host, port, user, password } = server.connection;
      await admin.connect();
      const roles = async () => (await admin.query("SELECT rolname FROM pg_roles WHERE rolcanlogin")).rows.map(({ rolname }) => rolname);
      const before = await roles();
      for (let run = 0; run < 2; run += 1) {
        const emulator = await startEmulator({ postgres: `postgres://${user}:${password}@/postgres?host=${host}&port=${port}` });
        const { clientId } = emulator.servicePrincipal;
        const token = await callerOf(emulator).credential({ instance_names: ["orders"] });
        assert.deepEqual(await query(emulator, { user: clientId, password: token }), [{ count: 5 }]);
        assert.ok((await roles()).includes(clientId));
        await emulator.stop();
        assert.deepEqual(await roles(), before);
      }
    } finally {
      await admin.end();
      await server.stop();
    }
  });

  it("finds PostgreSQL in a folder that others cannot enter, with its links not made", async () => {
    const scratch = await mkdtemp(path.join(tmpdir(), "binaries-"));
    const installed = path.join(scratch, "private", "package");
    const user = unprivilegedUser() ?? { uid: process.getuid(), gid: process.getgid() };
    try {
      await chmod(scratch, 0o711);
      await cp(packageFolder(), installed, { recursive: true, filter: async (file) => !(await lstat(file)).isSymbolicLink() });
      await chmod(path.dirname(installed), 0o700);
      const native = await findBinaries(scratch, user, installed);
      assert.equal(native, path.join(scratch, "native"));
      const { stdout } = await promisify(execFile)(path.join(native, "bin", "postgres"), ["--version"], { ...user, cwd: scratch });
      assert.match(stdout, /^postgres \(PostgreSQL\) \d+/);
    } finally {
      await rm(scratch, { recursive: true, force: true });
    }
  });
});
