// What the adapters give is what the drivers' own types take.
import { writeFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { output, tests } from "../package/project.js";
import { createDriverProject } from "./project.js";

let project;
before(async () => {
  project = await createDriverProject();
});
after(() => project.remove());

const PROVIDER = `
  import { Workspace } from "lakebase-credentials";
  const provider = new Workspace({ host: "h", token: "t" }).credentials({ instance: "orders" });
`;
const USE = {
  "Neon's": `
    import { Client, neonConfig, Pool } from "@neondatabase/serverless";
    import * as subtls from "subtls";
    import { neonOptions } from "lakebase-credentials/neon";
    ${PROVIDER}
    const options = { neonConfig, subtls, relay: "wss://relay.example/v1", ca: "-----BEGIN CERTIFICATE-----" };
    new Pool(await neonOptions(provider, { ...options, max: 5 }));
    new Client(await neonOptions(provider, options));
  `,
  "Bun's": `
    import { bunSqlOptions } from "lakebase-credentials/bun";
    ${PROVIDER}
    new Bun.SQL(await bunSqlOptions(provider));
    new Bun.SQL(await bunSqlOptions(provider, { max: 5, database: "shop", idleTimeout: 30 }));
  `,
};

for (const [whose, code] of Object.entries(USE)) {
  test(`${whose} types take what the adapter gives`, async () => {
    await writeFile(path.join(project.folder, "use.mts"), code);
    const compiler = path.join(tests, "node_modules/typescript/bin/tsc");
    const options = ["--noEmit", "--strict", "--skipLibCheck", "--target", "es2022", "--module", "nodenext", "--types", "bun-types"];
    await output(process.execPath, [compiler, ...options, "use.mts"], { cwd: project.folder });
  });
}
