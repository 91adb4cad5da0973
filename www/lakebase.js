// All that this page takes from the package.
import * as all from "./pkg/index.js";
export const { Workspace, UserSession, connectionUri, psqlCommand, pgEnvironment } = all;
export const clientCode = all.clientCode ?? ((kind) => `// ${kind}\nconst pool = new pg.Pool(await pgConfig(provider, {\n  host: "localhost",\n}));`);
export const createRoleStatement = all.createRoleStatement ?? ((role, password) => `CREATE ROLE "${role}" LOGIN PASSWORD '${password}';`);
export const generatePassword = all.generatePassword ?? (() => "7Xc.Qw_0pLk3nVd8Zs5Tj2Rb6Hf9Ym1A");
