import * as glue from "../lakebase_credentials_bg.js";
import { LakebaseError } from "./error.js";

export function load(module, waitUntil) {
  const { exports } = new WebAssembly.Instance(module, { "./lakebase_credentials_bg.js": glue });
  glue.__wbg_set_wasm(exports);
  exports.__wbindgen_start();
  glue.connect({ LakebaseError, waitUntil });
}
