import commonjs from "@rollup/plugin-commonjs";
import { nodeResolve } from "@rollup/plugin-node-resolve";

export default {
  input: "node.js",
  output: { dir: "dist", format: "es", entryFileNames: "[name].mjs" },
  // The driver's own files require each other in a circle.
  onwarn: (warning, warn) => warning.ids?.every((file) => /\/node_modules\/pg/.test(file)) || warn(warning),
  external: ["pg-native"],
  plugins: [nodeResolve({ preferBuiltins: true }), commonjs()],
};
