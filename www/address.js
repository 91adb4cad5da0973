// Runs before all else. After a sign-in the address holds a code, which must stay neither in the address bar nor in
// the history; and nothing that this page is given belongs into a query.
const here = new URL(location.href);
const answered = ["code", "state", "error"].some((name) => here.searchParams.has(name));
let redirect = answered ? here.href : undefined;
if (here.search) history.replaceState(null, "", here.pathname + here.hash);

/** The address that the workspace sent the person back to, the first time it is asked for. */
export function takeRedirect() {
  const taken = redirect;
  redirect = undefined;
  return taken;
}

/** This page's own address without query, fragment or file name: what is registered as its redirect URI. */
export const pageAddress = here.origin + here.pathname.replace(/index\.html$/, "");
