export * from "./forward.cjs";
