/** Now and then a pipe to a browser is left when Node takes itself down, which then never ends. This skips that. */
export function exitAtOnce() {
  process.once("beforeExit", () => process.once("exit", () => process.exit()));
}
