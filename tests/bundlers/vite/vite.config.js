import { defineConfig } from "vite";

export default defineConfig({
  build: { rolldownOptions: { input: ["index.html", "admin.html"] } },
  ssr: { noExternal: true, external: ["pg-native"] },
  // While it is developed, a page has its own origin too.
  server: { proxy: { "/api": process.env.DATABRICKS_HOST, "/oidc": process.env.DATABRICKS_HOST } },
});
