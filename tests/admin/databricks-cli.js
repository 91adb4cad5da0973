#!/usr/bin/env node
// In the place of the Databricks CLI, which is no npm package: it takes the two commands that are written for it, and
// asks the workspace that its environment names.
import { parseArgs } from "node:util";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { "request-id": { type: "string" }, json: { type: "string" } },
});
const [service, command, ...names] = positionals;
if (command !== "generate-database-credential") throw new Error(`unknown command: ${command}`);
const requests = {
  database: () => ({ request_id: values["request-id"], ...JSON.parse(values.json) }),
  postgres: () => ({ endpoint: names[0] }),
};
const { DATABRICKS_HOST: host, DATABRICKS_CLIENT_ID: id, DATABRICKS_CLIENT_SECRET: secret } = process.env;

async function post(path, authorization, body) {
  const response = await fetch(host + path, { method: "POST", headers: { authorization }, body });
  const answer = await response.json();
  if (!response.ok) throw new Error(`${response.status}: ${answer.message ?? answer.error_description}`);
  return answer;
}
const basic = btoa([id, secret].map(encodeURIComponent).join(":"));
const { access_token: token } = await post("/oidc/v1/token", `Basic ${basic}`, new URLSearchParams({ grant_type: "client_credentials", scope: "all-apis" }));
console.log(JSON.stringify(await post(`/api/2.0/${service}/credentials`, `Bearer ${token}`, JSON.stringify(requests[service]()))));
