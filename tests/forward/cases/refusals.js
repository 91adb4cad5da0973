import assert from "node:assert/strict";

const LIST = "/api/2.0/database/instances";
const MINT = "/api/2.0/database/credentials";
const ORDERS = { instance_names: ["orders"] };

/** None of these is a route, neither as it stands nor as a URL parser tidies it. */
const PATHS = [
  "/", "/api", "/api/2.0/clusters/list", "/api/2.0/token/create", "/api/2.0/secrets/get", "/api/2.1/unity-catalog/catalogs",
  "/api/2.0/preview/scim/v2/Users", "/api/2.0/preview/scim/v2/Me/x", "/oidc/v1/authorize", "/oidc/accounts/1/v1/token",
  "/.well-known/databricks-config", "/oidc/.well-known/oauth-authorization-server", "/login.html", "/credential", "/credential/",
  `${LIST}/`, `${LIST}//`, `/${LIST}`, `${LIST}/orders/`, `${LIST}/orders/permissions`, `${LIST}:findByUid`,
  `${LIST}/../../clusters/list`, `${LIST}/%2e%2e/%2e%2e/clusters/list`, `${LIST}/.%2e/.%2e/clusters/list`,
  `${LIST}/..%2f..%2fclusters%2flist`, `${LIST}/..%5c..%5cclusters`, `${LIST}/%252e%252e%252fclusters`, `${LIST}/%25%32%65`,
  `${LIST}/orders%2f..%2f..`, `${LIST}/orders%00`, `${LIST}/orders%0d%0aHost:%20evil.example`, `${LIST}/orders%20`, `${LIST}/or%64ers`,
  `${LIST}/orders;x=1`, `${LIST}/..;/clusters`, `${LIST}/orders@evil.example`, `${LIST}/orders:8443`, `${LIST}/%c0%ae%c0%ae`,
  `${LIST}/%ef%bc%8e%ef%bc%8e`, `${LIST}/${"x".repeat(129)}`, "/API/2.0/database/instances", "/api/2.0//database/instances",
  "//evil.example/api/2.0/clusters/list",
  "/api/2.0/postgres/projects/shop", "/api/2.0/postgres/projects/shop/branches/main", "/api/2.0/postgres/projects/shop/branches/main/endpoints/primary/roles",
  "/api/2.0/postgres/projects/../../../api/2.0/clusters/list",
];

export const refusals = {
  async "other paths, encoded, doubled or dotted, are no route"({ refused }) {
    for (const path of PATHS) {
      await refused(path, {}, 404, "ENDPOINT_NOT_FOUND");
      await refused(path, { method: "POST", body: "{}" }, 404, "ENDPOINT_NOT_FOUND");
    }
  },

  async "an address within the address leads nowhere else"({ send, emulator, odd }) {
    const [back, mixed] = [LIST.replaceAll("/", "\\"), `${LIST}\\..\\..\\clusters\\list`];
    for (const path of [back, mixed, "\\\\evil.example\\api", "http://evil.example/api/2.0/clusters/list", "http://evil.example@127.0.0.1/api", "*"]) {
      // Some servers end the connection for these.
      const { status } = await send(path).catch(() => ({ status: 400 }));
      assert.ok(status >= 400, `${path}: ${status}`);
    }
    assert.equal(emulator.requests.length, 0);
    // Of a path that is a route, the server may take either host for its own: the workspace is asked, if anybody is.
    await send(`${odd.url}${LIST}/hang`).catch(() => {});
    assert.ok(!odd.wasAsked("hang"));
  },

  async "other methods are refused, each with those that there are"({ refused, send }) {
    for (const method of ["OPTIONS", "PUT", "DELETE", "PROPFIND"]) {
      await refused(LIST, { method }, 405);
    }
    const head = await send(LIST, { method: "HEAD" });
    assert.deepEqual([head.status, head.headers.allow], [405, "GET, POST, PATCH"]);
    for (const [method, path, allowed] of [["POST", LIST, "GET"], ["GET", MINT, "POST"], ["POST", `${LIST}/orders`, "GET, PATCH"], ["GET", "/oidc/v1/token", "POST"]]) {
      const answer = await send(path, { method, ...(method !== "GET" && { body: "{}" }) });
      assert.deepEqual([answer.status, answer.headers.allow], [405, allowed]);
    }
    await refused(LIST, { method: "POST", body: "{}", headers: { "x-http-method-override": "GET", "x-http-method": "GET" } }, 405);
  },

  async "queries are known ones"({ refused, send, emulator }) {
    for (const query of [
      "filter=x", "page_size=1&page_size=2", "page_size", "page_token=%zz", "page_token=%ff", "page_token=%00", "page_token=a%0d%0ab", "access_token=x",
      "page_size=1;drop=1", "%70age_size=1&page_size=2", "PAGE_SIZE=1", "page_size=1&update_mask=x", `page_token=${"x".repeat(4097)}`,
    ]) {
      await refused(`${LIST}?${query}`, {}, 400);
    }
    for (const query of ["", "?", "?update_mask=*", "?update_mask=stopped", "?update_mask=enable_pg_native_login,stopped", "?update_mask=enable_pg_native_login%2Ccapacity", "?update_mask=enable_pg_native_login&update_mask=stopped"]) {
      await refused(`${LIST}/orders${query}`, { method: "PATCH", body: '{"enable_pg_native_login":true}' }, 400);
    }
    await refused(`${MINT}?x=1`, { method: "POST", body: "{}" }, 400);
    await refused("/oidc/v1/token?client_secret=x", { method: "POST", body: "{}" }, 400);
    // What is known is written anew.
    const listed = await send(`${LIST}?&page_token=&%70age_size=%32&`);
    assert.equal(listed.status, 200, listed.text);
    assert.equal(emulator.requests[0].path, `${LIST}?page_token=&page_size=2`);
  },

  async "without a token of the caller's own there is nothing"({ refused, send, emulator }) {
    for (const authorization of [undefined, "", "Bearer", "Bearer ", "Basic dXNlcjpwYXNz", "Bearer a b", "Bearer a, Bearer b", "Bearer é", "token", "Negotiate x", `Bearer ${"x".repeat(40_000)}`]) {
      if (authorization?.length > 16_000) {
        const { status } = await send(LIST, { headers: { authorization } }).catch(() => ({ status: 431 }));
        assert.ok([401, 431].includes(status), `${status}`);
      } else {
        await refused(LIST, { headers: { authorization } }, 401, "UNAUTHENTICATED");
      }
    }
    const wrong = await send(LIST, { headers: { authorization: "Bearer wrong" } });
    assert.deepEqual([wrong.status, emulator.requests.length], [403, 1]);
  },

  async "a secret of a client never passes"({ refused, form, emulator, runtime }) {
    const { clientId, clientSecret } = emulator.servicePrincipal;
    const basic = `Basic ${btoa(`${clientId}:${clientSecret}`)}`;
    const code = { grant_type: "authorization_code", code: "c", code_verifier: "v", client_id: "page", redirect_uri: "http://127.0.0.1/" };
    const token = "/oidc/v1/token";
    for (const fields of [
      { grant_type: "client_credentials" }, { grant_type: "client_credentials", client_id: clientId, client_secret: clientSecret },
      { ...code, client_secret: clientSecret }, { ...code, client_secret: "" }, { ...code, client_assertion: "eyJ", client_assertion_type: "x" },
      { ...code, username: "u", password: "p" }, { grant_type: "password", username: "u", password: "p" }, { grant_type: "" }, {}, { code: "c" },
      { grant_type: "urn:ietf:params:oauth:grant-type:jwt-bearer", assertion: "eyJ" }, { ...code, code_verifier: "" },
      { grant_type: "authorization_code", code: "c", client_id: "page" }, { ...code, resource: "https://evil.example" },
    ]) {
      const message = await refused(token, form(fields), 400);
      assert.ok(!message.includes(clientSecret));
    }
    for (const text of [
      "grant_type=refresh_token&grant_type=client_credentials", "grant_type=client_credentials&grant_type=refresh_token", "grant_type=refresh_token&%63lient_secret=x",
      "grant_type=refresh_token&refresh_token=%zz", "grant_type=refresh_token&refresh_token=%ff", "grant_type", "=", '{"grant_type":"refresh_token"}',
      "grant_type=refresh_token&refresh_token=a%00b", `grant_type=refresh_token&${Array.from({ length: 40 }, (_, i) => `f${i}=1`).join("&")}`,
    ]) {
      await refused(token, form(text), 400);
    }
    // An empty header is none in workerd.
    for (const authorization of [basic, "Bearer t", "Basic", ...(runtime === "workerd" ? [] : [""])]) {
      const message = await refused(token, form({ ...code }, { authorization }), 400);
      assert.match(message, /client secret/);
    }
  },

  async "bodies are of their kind"({ refused, form, json }) {
    for (const type of [undefined, "", "text/plain", "application/x-www-form-urlencoded", "multipart/form-data; boundary=x", "application/json-patch+json", "application/json, text/plain"]) {
      await refused(MINT, json(ORDERS, "POST", { "content-type": type }), 415);
    }
    await refused("/oidc/v1/token", form({ grant_type: "refresh_token" }, { "content-type": "application/json" }), 415);
    for (const encoding of ["gzip", "br", "identity, gzip", "x"]) {
      await refused(MINT, json(ORDERS, "POST", { "content-encoding": encoding }), 415);
    }
  },

  async "of an instance, nothing but native login is changed"({ refused, send, json, emulator }) {
    const path = `${LIST}/orders?update_mask=enable_pg_native_login`;
    for (const body of [
      "", "{}", "[]", "true", "null", "{", '{"enable_pg_native_login":"true"}', '{"enable_pg_native_login":1}', '{"stopped":true}',
      '{"enable_pg_native_login":true,"stopped":true}', '{"enable_pg_native_login":true,"capacity":"CU_8"}', '{"__proto__":{"enable_pg_native_login":true}}',
    ]) {
      await refused(path, json(body, "PATCH"), 400);
    }
    const changed = await send(path, json(' {"enable_pg_native_login" : false, "enable_pg_native_login" : true} ', "PATCH"));
    assert.equal(changed.json().enable_pg_native_login, true);
    assert.equal(emulator.requests[0].body, '{"enable_pg_native_login":true}');
  },

  async "what is well passes, with the few headers that are needed"({ send, json, emulator, bearer, assertClean }) {
    const headers = {
      cookie: "session=secret", "x-forwarded-for": "10.0.0.1", "x-forwarded-host": "evil.example", forwarded: "for=10.0.0.1",
      referer: "http://127.0.0.1/secret", "x-http-method-override": "DELETE", "x-original-url": "/api/2.0/clusters/list", "x-rewrite-url": "/x",
      "proxy-authorization": "Basic eDp5", "x-databricks-azure-sp-management-token": "token", range: "bytes=0-1", "if-none-match": '"1"',
      "accept-language": "de-CH", accept: "text/html", te: "trailers", "x-databricks-workspace-id": emulator.workspaceId,
    };
    emulator.fault("credentials", { headers: { "set-cookie": "a=1", etag: '"1"', server: "x", "cache-control": "public, max-age=99", "access-control-allow-origin": "*" } });
    const minted = await send(MINT, json(ORDERS, "POST", headers));
    assert.equal(minted.status, 200, minted.text);
    assert.ok(minted.json().token);
    assertClean(minted);
    const [sent] = emulator.requests;
    assert.deepEqual([sent.headers.authorization, JSON.parse(sent.body)], [bearer, ORDERS]);
    assert.ok(!JSON.stringify(sent.headers).includes("secret"));
    assert.notEqual(sent.headers["accept-language"], "de-CH");
    for (const path of [LIST, `${LIST}/orders`, "/api/2.0/postgres/projects?page_size=1", `/api/2.0/postgres/${emulator.endpoint}`, "/api/2.0/preview/scim/v2/Me"]) {
      assert.equal((await send(path)).status, 200, path);
    }
  },

  async "nothing is kept: the same question is asked again"({ send, emulator }) {
    const headers = { "cache-control": "public, max-age=31536000, immutable", expires: "Thu, 01 Jan 2099 00:00:00 GMT", etag: '"1"' };
    emulator.fault("me", { headers }, { times: 3 });
    for (let i = 0; i < 3; i += 1) assert.equal((await send("/api/2.0/preview/scim/v2/Me")).headers["cache-control"], "no-store");
    assert.equal(emulator.requests.count("me"), 3);
    for (const { headers: sent } of emulator.requests) assert.equal(sent["if-none-match"], undefined);
  },
};
