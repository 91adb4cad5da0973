// Declared once, for `import` and `require` alike: two declarations of one class would be two types.
export * from "./index.cjs";
