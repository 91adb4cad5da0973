import { fileURLToPath } from "node:url";

const client = (name, file) => ({ name, file: fileURLToPath(new URL(`clients/${file}`, import.meta.url)) });

export const OURS = client("lakebase-credentials", "lakebase-credentials.js");
export const LAKEBASE = client("@databricks/lakebase", "databricks-lakebase.js");
export const LAKEBASE_POOL = client("@databricks/lakebase, as its pool calls it", "databricks-lakebase-pool.js");
export const SDK = client("@databricks/sdk-experimental", "databricks-sdk.js");
export const FETCH = client("two fetch calls", "fetch.js");
export const CONSTANT = client("an async function that returns a constant", "constant.js");
