import { Workspace } from "lakebase-credentials";

globalThis.run = async (token) => {
  const workspace = new Workspace({ host: location.origin, token });
  const provider = workspace.credentials({ instance: "orders" });
  const first = await provider.token();
  return { ...(await workspace.currentUser()), token: first, cached: (await provider.token()) === first };
};
