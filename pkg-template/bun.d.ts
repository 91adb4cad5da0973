export * from "./bun.cjs";
