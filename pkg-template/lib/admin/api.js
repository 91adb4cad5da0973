export * from "../admin-client/api.js";
// In the place of the one above: a module's own export goes before what it passes on whole.
export { UserSession } from "./user-session.js";
export { Workspace } from "./workspace.js";
export { clientCode, createRoleStatement, generatePassword } from "../../lakebase_credentials_admin_bg.js";
