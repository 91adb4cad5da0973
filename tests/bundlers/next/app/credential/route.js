import { Workspace } from "lakebase-credentials";
import { forward } from "lakebase-credentials/forward";

export const runtime = "edge";

const { DATABRICKS_HOST: host, DATABRICKS_CLIENT_ID: clientId, DATABRICKS_CLIENT_SECRET: clientSecret, PAGE_ORIGIN: origin } = process.env;
const credentials = new Workspace({ host, clientId, clientSecret }).credentials({ instance: "orders" });
const authorize = (request) => request.headers.get("cookie") === "session=of-an-operator";

export const POST = forward({ origin, credentials, authorize });
