import assert from "node:assert/strict";
import { it } from "node:test";
import ts from "typescript";
import { clientCode } from "../../pkg/admin.js";

const CONNECTION = { host: "instance-1.database.example", user: "ada@example.com" };
const INSTANCE = { instance: "orders" };
const ENDPOINT = { endpoint: "projects/shop/branches/main/endpoints/primary" };
const KINDS = ["pg", "postgres", "bun", "deno", "python", "java", "cli", "psql"];
const ODD = "o'\"\\$(id)`id`${x}#{x}%s\\n\\u0041*/--";

const WORKSPACE = (env) => `
const workspace = new Workspace({
  host: ${env("DATABRICKS_HOST")},
  clientId: ${env("DATABRICKS_CLIENT_ID")},
  clientSecret: ${env("DATABRICKS_CLIENT_SECRET")},
});
const provider = workspace.credentials({ instance: "orders" });
`;

it("the code for Bun reads so", () => {
  assert.equal(clientCode("bun", CONNECTION, INSTANCE), `import { SQL } from "bun";
import { Workspace } from "lakebase-credentials";
import { bunSqlOptions } from "lakebase-credentials/bun";
${WORKSPACE((name) => `process.env.${name}`)}
// The driver asks for a token whenever it opens a connection.
const sql = new SQL(await bunSqlOptions(provider, {
  host: "instance-1.database.example",
  port: 5432,
  user: "ada@example.com",
  database: "databricks_postgres",
}));

const rows = await sql\`select current_user, now()\`;
console.log(rows);
await sql.close();
`);
});

it("the code for Deno reads so", () => {
  assert.equal(clientCode("deno", CONNECTION, INSTANCE), `import { Client } from "jsr:@db/postgres";
import { Workspace } from "npm:lakebase-credentials";
${WORKSPACE((name) => `Deno.env.get("${name}")!`)}
// The driver takes a text as a password, so make a new client for each connection.
const client = new Client({
  hostname: "instance-1.database.example",
  port: 5432,
  user: "ada@example.com",
  database: "databricks_postgres",
  password: await provider.token(),
  tls: { enabled: true, enforce: true },
});
await client.connect();

const { rows } = await client.queryObject("select current_user, now()");
console.log(rows);
await client.end();
`);
});

it("the code for Java reads so", () => {
  assert.equal(clientCode("java", CONNECTION, INSTANCE), `import com.databricks.sdk.WorkspaceClient;
import com.databricks.sdk.service.database.GenerateDatabaseCredentialRequest;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.UUID;
import org.postgresql.ds.PGSimpleDataSource;

public class Lakebase {
    // Reads DATABRICKS_HOST, DATABRICKS_CLIENT_ID and DATABRICKS_CLIENT_SECRET.
    private static final WorkspaceClient WORKSPACE = new WorkspaceClient();

    // A token is looked at once, at login: each new connection takes a new one.
    static Connection connect() throws SQLException {
        var credential = WORKSPACE.database().generateDatabaseCredential(
            new GenerateDatabaseCredentialRequest()
                .setRequestId(UUID.randomUUID().toString())
                .setInstanceNames(List.of("orders")));
        var source = new PGSimpleDataSource();
        source.setServerNames(new String[] {"instance-1.database.example"});
        source.setPortNumbers(new int[] {5432});
        source.setDatabaseName("databricks_postgres");
        source.setSslMode("verify-full");
        source.setSslfactory("org.postgresql.ssl.DefaultJavaSSLFactory");
        return source.getConnection("ada@example.com", credential.getToken());
    }

    public static void main(String[] args) throws SQLException {
        try (var connection = connect();
            var rows = connection.createStatement().executeQuery("select current_user, now()")) {
            while (rows.next()) {
                System.out.println(rows.getString(1) + " " + rows.getString(2));
            }
        }
    }
}
`);
});

it("the lines of the CLI read so", () => {
  const login = "psql 'host=instance-1.database.example port=5432 user=ada@example.com dbname=databricks_postgres sslmode=verify-full sslrootcert=system'";
  const lines = [
    [INSTANCE, 'databricks database generate-database-credential --request-id "$(uuidgen)" --json \'{"instance_names": ["orders"]}\''],
    [ENDPOINT, `databricks postgres generate-database-credential ${ENDPOINT.endpoint}`],
  ];
  for (const [target, line] of lines) {
    assert.equal(clientCode("cli", undefined, target), line);
    assert.equal(clientCode("psql", CONNECTION, target), `PGPASSWORD="$(${line} | jq -r .token)" ${login}`);
  }
});

/** The code as TypeScript reads it: no error of syntax, and all its strings. */
function strings(code) {
  const { diagnostics } = ts.transpileModule(code, { reportDiagnostics: true, compilerOptions: { target: ts.ScriptTarget.ESNext, module: ts.ModuleKind.ESNext } });
  assert.deepEqual(diagnostics.map(({ messageText }) => messageText), [], code);
  const found = [];
  const visit = (node) => {
    if (ts.isStringLiteral(node)) found.push(node.text);
    ts.forEachChild(node, visit);
  };
  visit(ts.createSourceFile("code.ts", code, ts.ScriptTarget.ESNext));
  return found;
}

for (const kind of ["pg", "postgres", "bun", "deno"]) {
  it(`the code for ${kind} is one that TypeScript reads, whatever it names`, () => {
    const given = { ...CONNECTION, user: ODD, database: `${ODD} shop`, sslrootcert: `/${ODD}.pem` };
    const found = strings(clientCode(kind, given, ENDPOINT));
    const plain = strings(clientCode(kind, { ...CONNECTION, sslrootcert: "/ca.pem" }, ENDPOINT));
    assert.equal(found.length, plain.length);
    for (const uri of found.filter((text) => text.startsWith("postgresql:"))) {
      const { username, pathname } = new URL(uri);
      found.push(decodeURIComponent(username), decodeURIComponent(pathname.slice(1)));
    }
    for (const wanted of [given.user, given.database, given.sslrootcert, ENDPOINT.endpoint]) assert.ok(found.includes(wanted), wanted);
  });
}

it("no kind holds a password that it was given", () => {
  for (const kind of KINDS) {
    const code = clientCode(kind, { ...CONNECTION, password: "a-secret-password", token: "a-secret-token" }, { ...INSTANCE, token: "a-secret-token" });
    assert.ok(!code.includes("a-secret"), kind);
  }
});

it("bad input is refused, and named", () => {
  const refused = (call, code, option) => assert.throws(call, { name: "LakebaseError", code, option });
  for (const kind of [undefined, null, 7, "", "PG", "ruby", "__proto__", {}]) refused(() => clientCode(kind, CONNECTION, INSTANCE), "INVALID_ARGUMENT", "kind");
  for (const connection of [null, 7, "x", []]) refused(() => clientCode("pg", connection, INSTANCE), "INVALID_ARGUMENT", "options");
  for (const [option, values] of Object.entries({
    host: [undefined, "", "10.0.0.1", "a b", "https://a.example", "a,b", 7, "a\nb"],
    user: ["", "a\nb", 7, "\ud800"],
    database: ["", "x".repeat(64), 7],
    port: [0, 65_536, "5432", Number.NaN],
    sslrootcert: ["", 7, "a\0b"],
  })) {
    for (const value of values) refused(() => clientCode("pg", { ...CONNECTION, [option]: value }, INSTANCE), "INVALID_ARGUMENT", option);
  }
  refused(() => clientCode("psql", { ...CONNECTION, user: undefined }, INSTANCE), "INVALID_ARGUMENT", "user");
  refused(() => clientCode("pg", { ...CONNECTION, sslmode: "require" }, INSTANCE), "INSECURE_TLS", "sslmode");
  for (const [target, option] of [
    [undefined, "instance"], [{}, "instance"], [null, "options"], ["orders", "options"], [{ instance: "a/b" }, "instance"], [{ instance: "a\"b" }, "instance"],
    [{ instance: 7 }, "instance"], [{ endpoint: "orders" }, "endpoint"], [{ ...INSTANCE, ...ENDPOINT }, "endpoint"],
  ]) {
    for (const kind of KINDS) refused(() => clientCode(kind, CONNECTION, target), "INVALID_ARGUMENT", option);
  }
});
