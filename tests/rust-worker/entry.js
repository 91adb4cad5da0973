// What `worker-build` would write around the Worker in Rust, but for its recovery from panics.
import * as glue from "./orders_worker_bg.js";
import module from "./orders_worker_bg.wasm";

const { exports } = new WebAssembly.Instance(module, { "./orders_worker_bg.js": glue });
glue.__wbg_set_wasm(exports);
exports.__wbindgen_start?.();

export default { fetch: (request, env, context) => glue.fetch(request, env, context) };
