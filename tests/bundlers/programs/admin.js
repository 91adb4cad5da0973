import { createRoleStatement, generatePassword, Workspace } from "lakebase-credentials/admin";

globalThis.run = async (token) => {
  const workspace = new Workspace({ host: location.origin, token });
  const [{ name: endpoint }] = await workspace.listEndpoints();
  const provider = workspace.credentials({ endpoint });
  const first = await provider.token();
  return {
    ...(await workspace.currentUser()),
    endpoint,
    token: first,
    cached: (await provider.token()) === first,
    statement: createRoleStatement("app", generatePassword()),
  };
};
