// All that this page takes from the package.
import * as lakebase from "./pkg/admin.js";

export const {
  Workspace,
  UserSession,
  connectionUri,
  psqlCommand,
  pgEnvironment,
  clientCode,
  createRoleStatement,
  generatePassword,
} = lakebase;
