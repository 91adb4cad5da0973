export * from "./deno-postgres.cjs";
