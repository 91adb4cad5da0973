// Secrets stay secret: whatever is printed, thrown or sent, and wherever the workspace says to go.
import { assert } from "chai";

const SECRET = "p@ss/w+rd=%\"\\ü&<so long a secret>";
const formEncoded = (text) => encodeURIComponent(text).replaceAll("%20", "+");
const bytesOf = (text) => String.fromCharCode(...new TextEncoder().encode(text));
const base64 = (text) => btoa(bytesOf(text));

/** Every form in which a server has been seen, or may be feared, to say back what it was sent. */
const FORMS = {
  raw: (secret) => secret,
  "URL-encoded": encodeURIComponent,
  "URL-encoded in lower case": (secret) => encodeURIComponent(secret).replace(/%../g, (code) => code.toLowerCase()),
  "form-encoded": formEncoded,
  base64,
  base64url: (secret) => base64(secret).replaceAll("+", "-").replaceAll("/", "_").replace(/=+$/, ""),
};

/** A text in each shape that errors come in. */
const SHAPES = {
  "OAuth's error": (text) => ({ status: 401, json: { error: "invalid_client", error_description: text } }),
  "the API's error": (text) => ({ status: 400, json: { error_code: "INVALID_PARAMETER_VALUE", message: text } }),
  "an error_code": (text) => ({ status: 400, json: { error_code: text, message: "no" } }),
  // Of all but the first form with a pause that is longer than any call, so that it is not asked again.
  "a server error": (text, form) => ({ status: 503, ...(form !== "raw" && { retryAfter: 120 }), json: { message: text } }),
  "plain text": (text) => ({ status: 400, body: text }),
  "a page": (text) => ({ status: 404, html: `<html><title>x</title><pre>${text}</pre></html>` }),
};

/** All texts that an object gives of itself. */
function textsOf(t, object) {
  const texts = [String(object), t.inspect?.(object), `${object?.stack}`, `${object?.message}`];
  try {
    texts.push(JSON.stringify(object), JSON.stringify({ ...object }), JSON.stringify(Object.getOwnPropertyDescriptors(object)));
  } catch {
    // It cannot be serialised, and so shows nothing in that way.
  }
  // What a console shows is searched with all else that was printed.
  console.log(object);
  return texts.filter(Boolean).join("\n");
}

function assertHidden(t, texts, secret, where) {
  const forms = { ...FORMS, "as JSON": (text) => JSON.stringify(text).slice(1, -1) };
  for (const [form, make] of Object.entries(forms)) {
    // A long one may be cut; and this is no assertion on the text, which would print it.
    assert.isFalse(texts.includes(make(secret).slice(0, 32)), `${where}: the secret, ${form}`);
  }
}

/** Lets a route echo a secret in each form and shape, and looks at all that the caller sees of it. */
async function echo(t, route, secret, call, shapes = Object.keys(SHAPES)) {
  for (const [shape, fault] of Object.entries(SHAPES).filter(([name]) => shapes.includes(name))) {
    for (const [form, make] of Object.entries(FORMS)) {
      await t.fault(route, fault(`you sent ${make(secret)} which is wrong`, form), 4);
      const { error, events } = await call();
      t.checkError(error);
      await t.sleep(0);
      assertHidden(t, textsOf(t, error) + JSON.stringify(events), secret, `${shape}, ${form}`);
      await t.clearFaults(route);
    }
  }
}

export const secrets = {
  async "nothing that shows an object shows its secret"(t) {
    const { clientSecret } = t.env.servicePrincipal;
    const provider = t.provider();
    const token = await provider.token();
    const objects = [
      t.workspace(), provider, t.readyWorkspace(), await provider.connection(),
      ...(await Promise.all(t.adapters.map((adapter) => t[adapter](provider)))),
      new Error("outer", { cause: provider }), { nested: { deeply: [provider] } },
      await t.fails(t.workspace().getDatabaseInstance("nowhere"), "NOT_FOUND"),
    ];
    for (const object of objects) {
      for (const secret of [clientSecret, token, t.env.user.token]) {
        const texts = textsOf(t, object);
        assert.isFalse(texts.includes(secret));
        assert.isFalse(texts.includes(secret.slice(4, 24)));
      }
      for (const key of Reflect.ownKeys(object)) assert.notMatch(String(key), /secret|token/i);
    }
  },

  async "a token endpoint that echoes the secret is not quoted"(t) {
    t.jitter(0);
    const { clientId, clientSecret } = await t.addServicePrincipal({ clientSecret: SECRET });
    const pair = `${formEncoded(clientId)}:${formEncoded(clientSecret)}`;
    const call = async () => {
      const provider = t.workspace({ clientId, clientSecret }).credentials({ instance: "orders" });
      const events = t.events(provider);
      return { error: await provider.token().catch((error) => error), events };
    };
    await echo(t, "token", SECRET, call);
    // What stands in the Authorization header, whole and taken apart.
    const sent = (await t.requests("token"))[0].headers.authorization;
    for (const text of [sent, sent.replace("Basic ", ""), atob(sent.replace("Basic ", "")), pair]) {
      await t.fault("token", { status: 401, json: { error: "invalid_client", error_description: `got ${text}.` } });
      const { error, events } = await call();
      const texts = textsOf(t, error) + JSON.stringify(events);
      assert.isFalse(texts.includes(text));
      assertHidden(t, texts, SECRET, "the Authorization header");
      assert.isFalse(texts.includes(base64(pair)));
    }
  },

  async "a workspace that echoes the workspace token is not quoted"(t) {
    t.jitter(0);
    const workspace = t.workspace();
    await workspace.currentUser();
    const bearer = (await t.requests("me"))[0].headers.authorization.replace("Bearer ", "");
    let instance = 0;
    await echo(t, "credentials", bearer, async () => {
      // A provider of its own each time, as a refusal is remembered.
      const provider = workspace.credentials({ instance: `instance-${(instance += 1)}` });
      const events = t.events(provider);
      return { error: await provider.token().catch((error) => error), events };
    }, ["the API's error", "an error_code", "a server error", "plain text", "a page"]);
  },

  async "a workspace that echoes a ready token is not quoted, whatever it looks like"(t) {
    t.jitter(0);
    for (const token of [t.env.user.token, "no-known-prefix.0123456789/+~=!$&'"]) {
      await echo(t, "me", token, async () => ({ error: await t.readyWorkspace({ token }).currentUser().catch((error) => error), events: [] }));
    }
  },

  async "an answer that is half a token is not quoted"(t) {
    t.jitter(0);
    const { token } = await t.workspace().generateDatabaseCredential({ instanceNames: ["orders"] });
    for (const fault of [{ body: `{"token": "${token}` }, { body: token }, { html: `<title>${token}</title>` }, { json: [token] }, { status: 400, body: `token: ${token}` }]) {
      await t.fault("credentials", fault);
      const { reason } = await t.timed(t.provider().token({ timeout: 2_000 }));
      assert.isFalse(textsOf(t, reason).includes(token.slice(0, 40)));
    }
  },

  async "a redirect is never followed"(t) {
    const calls = {
      token: () => t.provider().token(),
      credentials: () => t.provider().token(),
      "endpoint-credentials": () => t.provider({}, { endpoint: t.env.endpoint }).token(),
      instance: () => t.workspace().getDatabaseInstance("orders"),
      instances: () => t.workspace().listDatabaseInstances(),
      endpoint: () => t.workspace().getEndpoint(t.env.endpoint),
      me: () => t.readyWorkspace().currentUser(),
    };
    for (const [route, call] of Object.entries(calls)) {
      for (const status of [301, 302, 303, 307, 308]) {
        await t.fault(route, { status, headers: { location: `${t.env.trap}/take` }, body: "" });
        await t.fails(call(), "WORKSPACE_REDIRECT", { retryable: false });
      }
    }
    assert.deepEqual(await t.trapped(), []);
    assert.isUndefined((await t.counts())["login-page"]);
  },

  async "secrets go to the workspace alone, and in no URL"(t) {
    const provider = t.provider();
    const token = await provider.token();
    await provider.connection();
    await t.readyWorkspace().currentUser();
    await t.workspace().listDatabaseInstances();
    for (const { url, init } of t.calls()) {
      assert.equal(new URL(url).origin, t.env.host);
      for (const secret of [token, t.env.servicePrincipal.clientSecret, t.env.user.token]) assert.isFalse(url.includes(secret));
      assert.equal(init.redirect, "manual");
    }
    assert.isAtLeast(t.calls().length, 6);
  },

  async "plain http is refused for all but loopback"(t) {
    const hosts = ["http://workspace.example", "http://10.0.0.1", "http://0.0.0.0:8080", "http://localhost.evil.example", "http://127.0.0.1.evil.example", "HTTP://workspace.example/"];
    for (const host of hosts) {
      for (const make of [() => t.workspace({ host }), () => t.readyWorkspace({ host })]) await t.fails(make, "INSECURE_HOST", { retryable: false });
    }
    assert.equal(t.workspace({ host: "http://localhost:8080" }).host, "http://localhost:8080");
    assert.equal(t.workspace({ host: "http://[::1]:8080" }).host, "http://[::1]:8080");
    assert.equal(t.workspace({ host: "workspace.example" }).host, "https://workspace.example");
    assert.equal(t.calls().length, 0);
  },

  async "an error about an option does not show its value"(t) {
    const canary = "canary-0123456789";
    const odd = [
      () => t.workspace({ host: `https://user:${canary}@workspace.example` }),
      () => t.workspace({ host: `https://workspace.example/${canary}` }),
      () => t.workspace({ host: `ftp://${canary}` }),
      () => t.workspace({ clientSecret: `${canary}\r\n` }),
      () => t.workspace({ clientSecret: [canary] }),
      () => t.workspace({ clientId: { canary } }),
      () => t.readyWorkspace({ token: `${canary} ${canary}` }),
      () => t.readyWorkspace({ token: canary, clientId: canary }),
      () => new t.Workspace(canary),
      () => t.provider().token(canary),
      () => t.connectionUri({ host: "h", user: "u" }, { password: `${canary}\0` }),
      () => t.connectionUri({ host: "h", user: "u" }, canary),
      () => t.pgConfig(t.provider(), { host: "h", password: canary }),
      () => t.pgConfig(t.provider(), { host: "h", connectionString: `postgres://u:${canary}@h` }),
      () => t.provider().connection({ host: `u:${canary}@h` }),
    ];
    for (const call of odd) {
      const error = await t.fails(call, "INVALID_ARGUMENT");
      assert.isFalse(textsOf(t, error).includes(canary), String(call));
    }
    assert.equal(t.calls().length, 0);
  },

  async "the forms that a log could show carry the token only when asked"(t) {
    const connection = await t.provider().connection({ host: "db.example" });
    const password = "to'k\"e n$`\\%@:/?#&=";
    for (const form of [t.connectionUri, t.libpqKeywords, t.psqlCommand]) {
      const plain = form(connection);
      assert.include(plain, "verify-full");
      assert.notMatch(plain, /password/i);
      const text = form(connection, { password });
      assert.isAbove(text.length, plain.length);
    }
    assert.isFalse("PGPASSWORD" in t.pgEnvironment(connection));
    t.same(t.pgEnvironment(connection, { password }).PGPASSWORD, password);
    t.same(decodeURIComponent(new URL(t.connectionUri(connection, { password })).password), password);
    // An object that happens to hold a token beside the connection's fields.
    assert.isFalse(t.connectionUri({ ...connection, password, token: password }).includes("to"));
  },
};
