export * from "./neon.cjs";
