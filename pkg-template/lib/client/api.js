import { connectionForm } from "../../lakebase_credentials_bg.js";

export { LakebaseError } from "../error.js";
export { CredentialProvider } from "./provider.js";
export { Workspace } from "./workspace.js";

export const connectionUri = (connection, options) => connectionForm(connection, options, "uri");
export const libpqKeywords = (connection, options) => connectionForm(connection, options, "keywords");
export const pgEnvironment = (connection, options) => connectionForm(connection, options, "environment");
export const psqlCommand = (connection, options) => connectionForm(connection, options, "psql");
