import pg from "pg";
import postgres from "postgres";
import { pgConfig } from "lakebase-credentials/pg";
import { postgresOptions } from "lakebase-credentials/postgres";
import { bunSqlOptions } from "lakebase-credentials/bun";
import { denoPostgresOptionsWithToken } from "lakebase-credentials/deno-postgres";
import { neonOptions } from "lakebase-credentials/neon";
import { workspace } from "./workspace.js";

const provider = workspace.credentials({ instance: "orders" });
const ca = "-----BEGIN CERTIFICATE-----";

// What the adapters give is what the drivers take, their own options with it.
const poolConfig: pg.PoolConfig = await pgConfig(provider);
new pg.Pool(poolConfig);
new pg.Pool(await pgConfig(provider, { max: 5, idleTimeoutMillis: 1_000, maxLifetimeSeconds: 3_600, database: "shop", ca }));
new pg.Client(await pgConfig(provider, { host: "db.example", user: "me@example.com", application_name: "shop" }));
const sqlOptions: postgres.Options<{}> = await postgresOptions(provider);
postgres(sqlOptions);
postgres(await postgresOptions(provider, { max: 5, idle_timeout: 20, max_lifetime: 3_600, ssl: "verify-full", ca }));

// Their results keep the types of what was given.
const { max }: { max: number } = await pgConfig(provider, { max: 5 });
max.toFixed();
const password: string = await (await pgConfig(provider)).password();
password.length;
const { signal } = new AbortController();
// @ts-expect-error of the call, and not handed on to the driver
(await postgresOptions(provider, { signal, waitForAvailable: 1_000 })).signal;

// What would take the password or the verification away is refused.
// @ts-expect-error the provider gives the password
await pgConfig(provider, { password: "fixed" });
// @ts-expect-error pg would ignore the password function
await pgConfig(provider, { connectionString: "postgresql://db.example" });
// @ts-expect-error no TLS
await pgConfig(provider, { ssl: false });
// @ts-expect-error not verified
await pgConfig(provider, { ssl: { rejectUnauthorized: false } });
// @ts-expect-error verified by something else
await pgConfig(provider, { ssl: { checkServerIdentity: () => undefined } });
// @ts-expect-error not verified
await postgresOptions(provider, { ssl: "require" });
// @ts-expect-error the provider gives the password
await postgresOptions(provider, { pass: () => "fixed" });
// @ts-expect-error a socket without TLS
await postgresOptions(provider, { path: "/tmp" });
// @ts-expect-error not a provider
await pgConfig(workspace);
await pgConfig(provider, { ssl: { ca: [ca], minVersion: "TLSv1.3" } });

// A type that is asked for does not narrow what may be given.
const annotated: pg.PoolConfig = await pgConfig(provider, { max: 5 });
annotated.max?.toFixed();
const options: postgres.Options<{}> = await postgresOptions(provider, { max: 5, debug: true });
options.max?.toFixed();
declare const own: { max: number; log: (...messages: unknown[]) => void };
new pg.Pool(await pgConfig(provider, own));

// The other drivers', whose own types are read in tests/drivers/.
const bun = await bunSqlOptions(provider, { max: 5, database: "shop", tls: true, ca });
const [bunMax, serverName]: [number, string] = [bun.max, bun.tls.serverName];
bunMax.toFixed(serverName.length);
// @ts-expect-error not verified
await bunSqlOptions(provider, { tls: { rejectUnauthorized: false } });
// @ts-expect-error the provider gives the place
await bunSqlOptions(provider, { url: "postgres://db.example/db" });
// @ts-expect-error a socket without TLS
await bunSqlOptions(provider, { path: "/tmp" });
const deno = await denoPostgresOptionsWithToken(provider, { host: "db.example", ca, applicationName: "shop" });
const [token, name]: [string, string] = [deno.password, deno.applicationName];
token.concat(name);
// @ts-expect-error TLS is on
await denoPostgresOptionsWithToken(provider, { tls: { enabled: true, enforce: false } });
// @ts-expect-error a socket without TLS
await denoPostgresOptionsWithToken(provider, { host_type: "socket" });
const [neonConfig, subtls, relay] = [class {}, {}, "wss://relay.example/v1"];
const neon = await neonOptions(provider, { neonConfig, subtls, relay, ca, max: 5 });
const neonPassword: string = await neon.password();
neonPassword.concat(String(neon.max));
// @ts-expect-error nothing to verify the database with
await neonOptions(provider, { neonConfig, subtls, relay });
// @ts-expect-error no TLS but to the relay, which would see the token
await neonOptions(provider, { neonConfig, relay, ca });

// What is not known may be left undefined, by name: settings that were read from somewhere come so.
declare const maybe: { text: string | undefined; number: number | undefined; signal: AbortSignal | undefined };
const unknown = { host: maybe.text, user: maybe.text, database: maybe.text, port: maybe.number, timeout: maybe.number, signal: maybe.signal };
await pgConfig(provider, { ...unknown, ca: maybe.text, ssl: undefined, maxLifetimeSeconds: maybe.number, password: undefined });
await postgresOptions(provider, { ...unknown, ca: maybe.text, max_lifetime: maybe.number, db: undefined });
await bunSqlOptions(provider, { ...unknown, ca: maybe.text, tls: undefined, maxLifetime: maybe.number, url: undefined });
await denoPostgresOptionsWithToken(provider, { ...unknown, ca: maybe.text });
await neonOptions(provider, { ...unknown, neonConfig, subtls, relay: new URL(relay), ca, maxLifetimeSeconds: maybe.number });
// @ts-expect-error the provider gives the database
await postgresOptions(provider, { db: "shop" });
