import assert from "node:assert/strict";
import { execFile } from "node:child_process";
import { fileURLToPath } from "node:url";
import { after, before, describe, it } from "node:test";
import { promisify } from "node:util";
import { connectionUri, createRoleStatement, generatePassword, libpqKeywords } from "../../pkg/admin.js";
import { pgConfig } from "../../pkg/pg.js";
import { connectTo, logIn } from "./login.js";
import { startStage } from "./stage.js";

const run = promisify(execFile);
const SHAPE = /^[A-Za-z0-9_.]{32}$/;

describe("generatePassword", () => {
  it("gives 32 of 64 letters, each as often as any other, at each place", () => {
    const passwords = Array.from({ length: 6_400 }, generatePassword);
    assert.equal(new Set(passwords).size, passwords.length);
    const [counts, places] = [new Map(), new Map()];
    for (const password of passwords) {
      assert.match(password, SHAPE);
      for (const [place, letter] of [...password].entries()) {
        counts.set(letter, (counts.get(letter) ?? 0) + 1);
        places.set(place + letter, (places.get(place + letter) ?? 0) + 1);
      }
    }
    // 3,200 and 100 are expected; six standard deviations are 340 and 60, which chance passes once in millions of runs.
    assert.equal(counts.size, 64);
    for (const [letter, count] of counts) assert.ok(Math.abs(count - 3_200) < 340, `${letter}: ${count}`);
    assert.equal(places.size, 64 * 32);
    for (const [place, count] of places) assert.ok(Math.abs(count - 100) < 60, `${place}: ${count}`);
  });

  for (const [name, crypto] of Object.entries({
    "is missing": "undefined",
    refuses: '{ getRandomValues() { throw new Error("no entropy"); } }',
    "gives nothing": "{ getRandomValues: (array) => array }",
  })) {
    it(`gives none where the platform's randomness ${name}`, async () => {
      const program = `
        Object.defineProperty(globalThis, "crypto", { value: ${crypto} });
        const { generatePassword, LakebaseError } = await import(${JSON.stringify(new URL("../../pkg/admin.js", import.meta.url))});
        try {
          console.log("made", generatePassword());
        } catch (error) {
          console.log(error instanceof LakebaseError, error.code, error.option);
        }
      `;
      const { stdout } = await run(process.execPath, ["--input-type=module", "--eval", program]);
      assert.equal(stdout.trim(), "true INVALID_ARGUMENT crypto");
    });
  }
});

describe("a generated password", () => {
  let stage, owner, config, password;
  before(async () => {
    stage = await startStage();
    await stage.workspace.setNativeLogin("orders", true);
    const provider = stage.workspace.credentials({ instance: "orders" });
    config = await pgConfig(provider, { port: stage.emulator.database.port, ca: stage.emulator.caPem });
    owner = await connectTo(config);
    password = generatePassword();
    stage.witness.used(password);
    await owner.query(createRoleStatement("app", password));
  });
  after(async () => {
    await owner?.end();
    await stage?.stop();
  });

  it("logs in, and a hundred others do not", async () => {
    assert.deepEqual(await logIn(config, "app", password), ["app"]);
    for (const other of [...Array.from({ length: 98 }, generatePassword), password.toLowerCase(), password.slice(1)]) {
      await stage.refused(() => logIn(config, "app", other), { code: "28P01" });
    }
  });

  it("needs no quoting in a URI, in keywords, or in a shell", async () => {
    const { port, database } = stage.emulator.database;
    const connection = { host: "localhost", port, database, user: "app", sslrootcert: stage.emulator.caFile };
    const uri = connectionUri(connection).replace("//app@", `//app:${password}@`);
    const keywords = `${libpqKeywords(connection)} password=${password}`;
    for (const line of [`psql -X "${uri}"`, `psql -X "${keywords}"`, `PGPASSWORD=${password} psql -X "${libpqKeywords(connection)}"`]) {
      const { stdout, stderr } = await run("sh", ["-c", `${line} -At -c 'SELECT current_user'`]);
      stage.witness.saw("psql", stdout + stderr);
      assert.deepEqual([stdout, stderr], ["app\n", ""]);
    }
  });
});
