import assert from "node:assert/strict";
import { after, before, describe, it } from "node:test";
import { createRoleStatement } from "../../pkg/admin.js";
import { pgConfig } from "../../pkg/pg.js";
import { connectTo, logIn } from "./login.js";
import { startStage } from "./stage.js";

const ROLES = [
  "plain", "UPPER", "with space", " spaces around ", "O'Neil \"Ann\"", '"', '""', "'", "\\", "a\\b\\'", "new\nline", "tab\t", "bell\u0007",
  '"; DROP TABLE orders; --', "'; DROP TABLE orders; --", "/*", "--", "$1", "$$", "$tag$", "%s %I", "U&\"\\0041\"", "E'x'", ":name", "{}",
  "select", "user", "current_user", "session_user", "PUBLIC", "Pg_x", "None", "default", "app@example.com",
  "\u00e9\u4e2d\ud83d\udd11", "e\u0301", "\u202egnp.exe", "x".repeat(63), `${"\u00e9".repeat(31)}x`,
];

const PASSWORDS = [
  "plain-password", "with space", " spaces around ", "'", "''", "'''", '"', "\\", "\\\\", "\\'", "'\\", "\\'; DROP TABLE orders; --", "'; DROP TABLE orders; --",
  "E'\\x41'", "\\x41\\u0041\\101\\n", "$1", "$$", "$tag$x$tag$", "%s", ":name", "/*", "--", "new\nline\r\n", "tab\t", "bell\u0007",
  "\u043f\u0430\u0440\u043e\u043b\u044c \u5bc6\u7801 \ud83d\udd11", "\u00a0no-break", "\u00aa\ufb01", "e\u0301", "md5", `md5${"x".repeat(32)}`, "SCRAM-SHA-256", "x".repeat(900),
];

describe("createRoleStatement, on a real PostgreSQL", () => {
  let stage, owner, config;
  before(async () => {
    stage = await startStage();
    const provider = stage.workspace.credentials({ instance: "orders" });
    config = await pgConfig(provider, { port: stage.emulator.database.port, ca: stage.emulator.caPem });
    owner = await connectTo(config);
    await stage.workspace.setNativeLogin("orders", true);
    stage.witness.used("plain-password");
  });
  after(async () => {
    await owner?.end();
    await stage?.stop();
  });

  /** What an injected statement could change. */
  const contents = async () => {
    const { rows: roles } = await owner.query("SELECT rolname FROM pg_roles ORDER BY 1");
    const { rows: tables } = await owner.query("SELECT relname FROM pg_class WHERE relkind = 'r' ORDER BY 1");
    return [roles.map(({ rolname }) => rolname), tables];
  };

  async function makeAndLogIn(role, password) {
    const [roles, tables] = await contents();
    await owner.query(createRoleStatement(role, password));
    try {
      assert.deepEqual(await contents(), [[...roles, role].sort(byBytes), tables]);
      assert.deepEqual(await logIn(config, role, password), [role]);
      await stage.refused(() => logIn(config, role, `${password}x`), { code: "28P01" });
    } finally {
      await owner.query(`DROP ROLE ${owner.escapeIdentifier(role)}`);
    }
  }

  for (const [i, role] of ROLES.entries()) {
    it(`the role ${JSON.stringify(role)} logs in`, () => makeAndLogIn(role, PASSWORDS[i % PASSWORDS.length]));
  }

  for (const [i, password] of PASSWORDS.entries()) {
    it(`the password of number ${i} logs in`, () => makeAndLogIn("app", password));
  }

  it("means the same under every setting for backslashes", async () => {
    try {
      for (const conforming of ["on", "off"]) {
        for (const quote of ["on", "off", "safe_encoding"]) {
          await owner.query(`SET standard_conforming_strings = ${conforming}; SET backslash_quote = ${quote}; SET escape_string_warning = off`);
          for (const password of ["\\'; DROP TABLE orders; --", "'\\", "\\\\", "plain-password"]) await makeAndLogIn("a\\'b", password);
        }
      }
    } finally {
      await owner.query("RESET ALL");
    }
  });

  it("what no role can have is refused, and named without its value", async () => {
    const hash = `md5${"0a".repeat(16)}`;
    const table = [
      ["role", ["", "a\0b", "x".repeat(64), "\u00e9".repeat(32), "pg_monitor", "pg_", "public", "none", "\ud800", undefined, null, 7, {}, Symbol("x")]],
      ["password", ["", "secret\0word", hash, "SCRAM-SHA-256$4096:c2FsdA==$a:b", "secret-\udfff-word", undefined, null, 7, ["x"], () => "x"]],
    ];
    for (const [option, values] of table) {
      for (const value of values) {
        const given = { role: "app", password: "plain-password", [option]: value };
        const error = await stage.refused(() => createRoleStatement(given.role, given.password), { code: "INVALID_ARGUMENT", option, retryable: false });
        assert.ok(!/secret|c2FsdA|0a0a|plain-password/.test(error.message), error.message);
      }
    }
  });
});

/** As PostgreSQL sorts in the locale C. */
const byBytes = (one, other) => Buffer.compare(Buffer.from(one), Buffer.from(other));
