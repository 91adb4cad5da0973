import { OAuthError } from "./errors.js";
import { detailsOf, scopeOf } from "./oidc.js";

/** `/oidc/v1/authorize`: the consent page of the user-to-machine flow, and its button. */
export function authorizeEndpoint({ settings, grants, publicClients, user }) {
  // The client and its redirect URI come first: with either of them wrong, nothing may be redirected.
  function clientOf(query) {
    const client = publicClients.find((one) => one.clientId === query.get("client_id"));
    if (!client) throw new OAuthError(400, "invalid_client", "Unknown client_id");
    const redirectUri = query.get("redirect_uri") ?? "";
    if (!client.redirectUris.some((registered) => sameRedirect(registered, redirectUri))) {
      throw new OAuthError(400, "invalid_request", "redirect_uri is not registered for this client");
    }
    return { clientId: client.clientId, redirectUri };
  }

  const back = (redirectUri, state, fields) => {
    const target = new URL(redirectUri);
    for (const [key, value] of Object.entries(fields)) target.searchParams.set(key, value);
    if (state) target.searchParams.set("state", state);
    return { status: 302, headers: { location: target.href, "cache-control": "no-store" } };
  };

  const decide = (query, { clientId, redirectUri }, approved) => {
    const state = query.get("state");
    if (!approved) {
      return back(redirectUri, state, { error: "access_denied", error_description: "The user denied the request" });
    }
    const code = grants.newCode({
      clientId,
      redirectUri,
      subject: user.userName,
      challenge: query.get("code_challenge"),
      scope: scopeOf(query.get("scope")),
      authorizationDetails: detailsOf(query),
    });
    return back(redirectUri, state, { code });
  };

  const checked = (query, whenValid) => {
    const client = clientOf(query);
    try {
      checkRequest(query);
      return whenValid(client);
    } catch (error) {
      if (!(error instanceof OAuthError)) throw error;
      return back(client.redirectUri, query.get("state"), { error: error.error, error_description: error.message });
    }
  };

  return {
    authorize: ({ url: { searchParams } }) =>
      checked(searchParams, (client) =>
        settings.autoApprove ? decide(searchParams, client, true) : { html: consentPage(searchParams, user, client) },
      ),
    consent({ form }) {
      const fields = form();
      return checked(fields, (client) => decide(fields, client, fields.get("decision") === "approve"));
    },
  };
}

function checkRequest(query) {
  if (query.get("response_type") !== "code") {
    throw new OAuthError(400, "unsupported_response_type", "response_type must be code");
  }
  if (!query.get("state")) throw new OAuthError(400, "invalid_request", "state is required");
  if (query.get("code_challenge_method") !== "S256" || !/^[\w-]{43}$/.test(query.get("code_challenge") ?? "")) {
    throw new OAuthError(400, "invalid_request", "A code_challenge with the method S256 is required");
  }
  scopeOf(query.get("scope"));
  detailsOf(query);
}

// RFC 8252, 7.3: on loopback the port is free, as it is only known when the client runs.
function sameRedirect(registered, given) {
  if (!URL.canParse(given)) return false;
  const [a, b] = [new URL(registered), new URL(given)];
  const loopback = ["localhost", "127.0.0.1", "[::1]"].includes(a.hostname);
  if (loopback) a.port = b.port;
  return a.href === b.href;
}

function consentPage(query, user, { clientId }) {
  const hidden = [...query].map(([name, value]) => `<input type="hidden" name="${escape(name)}" value="${escape(value)}">`);
  return `<!doctype html>
<html lang="en">
<meta charset="utf-8">
<title>Sign in to the emulated workspace</title>
<style>body { font: 16px/1.5 system-ui; max-width: 30rem; margin: 4rem auto; padding: 0 1rem }</style>
<h1>Sign in</h1>
<p>You are <strong>${escape(user.userName)}</strong>. <strong>${escape(clientId)}</strong> asks for
<code>${escape(query.get("scope") ?? "all-apis")}</code>.</p>
<form method="post">
${hidden.join("\n")}
<button name="decision" value="approve">Approve</button>
<button name="decision" value="deny">Deny</button>
</form>
</html>
`;
}

const ENTITIES = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;", "'": "&#39;" };
const escape = (text) => text.replace(/[&<>"']/g, (character) => ENTITIES[character]);
