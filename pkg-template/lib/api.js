export { connectionUri, libpqKeywords, pgEnvironment, psqlCommand } from "../lakebase_credentials_bg.js";
export { LakebaseError } from "./error.js";
export { CredentialProvider } from "./provider.js";
export { Workspace } from "./workspace.js";
