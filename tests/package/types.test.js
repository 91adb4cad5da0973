import assert from "node:assert/strict";
import { readFile } from "node:fs/promises";
import path from "node:path";
import { after, before, test } from "node:test";
import { snippetsOf } from "../docs/snippets.js";
import { createProject, output, tests } from "./project.js";

let project;
before(async () => {
  const others = ["@types/node", "@types/pg", "undici-types", "pg-protocol", "pg-types", "postgres", "@cloudflare/workers-types", "hono", "@hono/node-server", "@databricks/lakebase", "@databricks/sdk-experimental"];
  project = await createProject(...others);
});
after(() => project.remove());

async function check(compilerOptions, files) {
  const options = { target: "es2022", lib: ["es2022"], types: [], strict: true, exactOptionalPropertyTypes: true, noEmit: true };
  await project.write({
    ...files,
    "tsconfig.json": JSON.stringify({ compilerOptions: { ...options, ...compilerOptions }, files: Object.keys(files) }),
  });
  await output(process.execPath, [path.join(tests, "node_modules/typescript/bin/tsc")], { cwd: project.folder });
}

const USE = `
  import { LakebaseError, Workspace, type CredentialProvider } from "lakebase-credentials";
  import { Workspace as AdminWorkspace, createRoleStatement, generatePassword } from "lakebase-credentials/admin";
  import { forward } from "lakebase-credentials/forward";
  import { pgConfig } from "lakebase-credentials/pg";
  import { postgresOptions } from "lakebase-credentials/postgres";
  import { bunSqlOptions } from "lakebase-credentials/bun";
  import { denoPostgresOptionsWithToken } from "lakebase-credentials/deno-postgres";
  import { neonOptions } from "lakebase-credentials/neon";
  const provider: CredentialProvider = new Workspace({ host: "h", token: "t" }).credentials({ instance: "orders" });
  provider.addEventListener("fail", ({ detail }) => detail.code === "TIMEOUT", { signal: AbortSignal.timeout(1) });
  const configs: Promise<{ host: string; password: Function; max: number }>[] = [pgConfig(provider, { max: 1 }), postgresOptions(provider, { max: 1 })];
  const parts: [EventTarget, Error | undefined, number] = [provider, undefined as LakebaseError | undefined, configs.length];
  parts.length;
  const admin: CredentialProvider = new AdminWorkspace({ host: "h", token: "t" }).credentials({ instance: "orders" });
  const statement: [string, Promise<object>] = [createRoleStatement("app", generatePassword()), pgConfig(admin)];
  statement.length;
  const handle: (request: Request) => Promise<Response> = forward({ host: "h", credentials: provider, authorize: async () => true });
  handle.length;
  const others: Function[] = [bunSqlOptions, denoPostgresOptionsWithToken, neonOptions];
  others.length;
`;
const SUBPATHS = [".", "./admin", "./bun", "./deno-postgres", "./forward", "./neon", "./pg", "./postgres"];

test("each subpath with types is in what is checked here", async () => {
  const { exports } = JSON.parse(await readFile(path.join(project.folder, "node_modules/lakebase-credentials/package.json"), "utf8"));
  assert.deepEqual(Object.keys(exports).filter((name) => exports[name].types).sort(), SUBPATHS);
  for (const name of SUBPATHS) assert.ok(USE.includes(`from "lakebase-credentials${name.slice(1)}"`), name);
});

const ENVIRONMENTS = {
  "Node.js": { types: ["node"], module: "nodenext" },
  "Node.js, as of version 16": { types: ["node"], module: "node16" },
  "Node.js, with a bundler": { types: ["node"], module: "esnext", moduleResolution: "bundler" },
  browsers: { lib: ["es2022", "dom"], module: "esnext", moduleResolution: "bundler" },
  "Cloudflare Workers": { types: ["@cloudflare/workers-types"], module: "esnext", moduleResolution: "bundler" },
};
for (const [name, options] of Object.entries(ENVIRONMENTS)) {
  test(`the types hold by those of ${name} alone`, () => check(options, { "use.mts": USE }));
}

for (const module of ["node16", "nodenext"]) {
  test(`the types hold for CommonJS by ${module}`, () => check({ types: ["node"], module }, { "use.cts": USE }));
}

test("the examples of the README hold", async () => {
  const readme = await readFile(path.join(project.folder, "node_modules/lakebase-credentials/README.md"), "utf8");
  const examples = [...readme.matchAll(/```ts\n(.*?)```/gs)].map(([, code]) => code.replaceAll('"npm:', '"'));
  assert.ok(examples.length >= 7, "the README has lost its examples");
  const provider = 'import type { CredentialProvider } from "lakebase-credentials"; declare const provider: CredentialProvider;\n';
  const files = examples.map((code, i) => [`example-${i}.mts`, /const provider\b/.test(code) ? code : provider + code]);
  const globals = `
    declare const location: { href: string; origin: string; assign(url: string): void };
    declare const history: { replaceState(state: null, unused: string, url: string): void };
    declare const Deno: { env: { get(name: string): string | undefined }; serve(handle: (request: Request) => Promise<Response>): object };
    declare namespace Bun { class SQL { constructor(options: { password: () => Promise<string>; tls: object }); } }
    declare module "@neondatabase/serverless" { export const neonConfig: object; export class Pool { constructor(options: { password: () => Promise<string> }); } }
    declare module "subtls" { export function startTls(): Promise<void>; }
    declare module "@vercel/oidc" { export function getVercelOidcToken(): Promise<string>; }
    declare module "cloudflare:workers" { export const env: Record<"DATABRICKS_HOST" | "CLIENT_ID" | "CLIENT_SECRET", string>; }
  `;
  // Hono's own declarations want those of browsers.
  await check({ types: ["node"], module: "nodenext", skipLibCheck: true }, { ...Object.fromEntries(files), "globals.d.ts": globals });
});

test("the programs of docs/ hold", async () => {
  const earlier = {
    provider: 'declare const provider: import("lakebase-credentials").CredentialProvider;\n',
    workspace: 'declare const workspace: import("lakebase-credentials").Workspace;\n',
  };
  const programs = ["errors.md", "migrate.md"].flatMap((name) => snippetsOf(`docs/${name}`));
  const files = programs.map(({ code }, i) => {
    const missing = Object.keys(earlier).filter((name) => code.includes(`${name}.`) && !code.includes(`const ${name} =`));
    return [`program-${i}.mts`, `${missing.map((name) => earlier[name]).join("")}${code}\nexport {};\n`];
  });
  await check({ types: ["node"], module: "nodenext", skipLibCheck: true }, Object.fromEntries(files));
});
