// All that this page takes from the package.
import * as all from "./pkg/index.js";
export const { Workspace, UserSession, connectionUri, psqlCommand, pgEnvironment, clientCode, createRoleStatement, generatePassword } = all;
