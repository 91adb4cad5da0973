// All that this page takes from the package.
export {
  Workspace,
  UserSession,
  connectionUri,
  psqlCommand,
  pgEnvironment,
  clientCode,
  createRoleStatement,
  generatePassword,
} from "./pkg/admin.js";
