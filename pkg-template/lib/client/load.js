import * as glue from "../../lakebase_credentials_bg.js";

let extend;

// What the platform's `fetch` is given beside each request.
export let requestInit = {};

// How often a wait for another request's flight looks whether it has ended, in ms; 0 where its promise tells.
export let tick = 0;

// Asks the platform to let this finish though the request that began it is answered.
export function waitUntil(promise) {
  try {
    extend?.(promise);
  } catch {
    // Outside of a request there is nothing to extend, and some platforms say so by throwing.
  }
}

export function load(module, platformWaitUntil, init = {}, everyMs = 0) {
  const { exports } = new WebAssembly.Instance(module, { "./lakebase_credentials_bg.js": glue });
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  extend = platformWaitUntil;
  requestInit = init;
  tick = everyMs;
}
