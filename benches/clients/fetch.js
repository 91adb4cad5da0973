export function open() {
  const { DATABRICKS_HOST: host, DATABRICKS_CLIENT_ID: id, DATABRICKS_CLIENT_SECRET: secret, INSTANCE: instance } = process.env;
  return async () => {
    const granted = await fetch(`${host}/oidc/v1/token`, {
      method: "POST",
      headers: { authorization: `Basic ${btoa(`${id}:${secret}`)}` },
      body: new URLSearchParams({ grant_type: "client_credentials", scope: "all-apis" }),
    });
    const { access_token: accessToken } = await granted.json();
    const minted = await fetch(`${host}/api/2.0/database/credentials`, {
      method: "POST",
      headers: { authorization: `Bearer ${accessToken}`, "content-type": "application/json" },
      body: JSON.stringify({ request_id: crypto.randomUUID(), instance_names: [instance] }),
    });
    return (await minted.json()).token;
  };
}
