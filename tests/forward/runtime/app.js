// What an edge function does with the package: several functions of different options, chosen by a header that none of
// them passes on.
export function createApp({ forward, Workspace }, { host, odd, origin, servicePrincipal, gone }) {
  const provider = new Workspace({ host, ...servicePrincipal }).credentials({ instance: "orders" });
  const guarded = (authorize, credentials = provider) => forward({ host, credentials, authorize, timeout: 700 });
  const handlers = {
    plain: forward({ host }),
    "of-origin": forward({ host, origin }),
    quick: forward({ host, timeout: 400 }),
    odd: forward({ host: odd, timeout: 2_000 }),
    "odd, patiently": forward({ host: odd, timeout: 60_000 }),
    gone: forward({ host: gone, timeout: 2_000 }),
    "yes": guarded(() => true),
    "yes, later": guarded(async () => true),
    "by cookie": guarded((request) => request.headers.get("cookie") === "session=of-the-person"),
    "by body": guarded(async (request) => (await request.json()).asks === "nicely"),
    "no": guarded(() => false),
    "nothing": guarded(() => undefined),
    "a text": guarded(() => "true"),
    "one": guarded(() => 1),
    "an object": guarded(() => ({ allowed: true })),
    "a response": guarded(() => new Response("come in", { headers: { "access-control-allow-origin": "*" } })),
    "a response, later": guarded(async () => Response.redirect("https://evil.example/")),
    "throws": guarded(() => {
      throw new Error("secret of the session store");
    }),
    "throws nothing": guarded(() => {
      throw undefined;
    }),
    "rejects": guarded(() => Promise.reject(new Error("secret of the session store"))),
    "never": guarded(() => new Promise(() => {})),
    "too late": guarded(() => new Promise((resolve) => setTimeout(resolve, 1_000, true))),
    "alone": forward({ credentials: provider, authorize: () => true }),
    "broken provider": guarded(() => true, { credential: () => ({ token: 7, expirationTime: "soon" }) }),
    "throwing provider": guarded(() => true, {
      credential() {
        throw Object.assign(new Error("secret of the provider"), { code: "secret text" });
      },
    }),
    "hanging provider": guarded(() => true, { credential: () => new Promise(() => {}) }),
  };
  return (request) => handlers[request.headers.get("x-handler") ?? "plain"](request);
}
