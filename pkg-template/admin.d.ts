export * from "./admin.cjs";
