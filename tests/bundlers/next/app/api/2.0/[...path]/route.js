import { forward } from "lakebase-credentials/forward";

const handle = forward({ host: process.env.DATABRICKS_HOST, origin: process.env.PAGE_ORIGIN });
export { handle as GET, handle as PATCH, handle as POST };
