// Settings that would give the token to a server that is not verified, and options that would replace it. By name, as
// functions do not travel to another process.
export const INSECURE = {
  "ssl: false": { ssl: false },
  "ssl: null": { ssl: null },
  ...Object.fromEntries(
    ["disable", "allow", "prefer", "require", "no-verify", "verify-ca"].map((word) => [`ssl: "${word}"`, { ssl: word }]),
  ),
  "ssl: { rejectUnauthorized: false }": { ssl: { rejectUnauthorized: false } },
  "ssl: { checkServerIdentity() {} }": { ssl: { checkServerIdentity() {} } },
  'ssl: { servername: "other" }': { ssl: { servername: "other" } },
  ...Object.fromEntries(
    ["disable", "allow", "prefer", "require", "no-verify", "verify-ca"].map((word) => [`sslmode: "${word}"`, { sslmode: word }]),
  ),
};

export const REPLACING = {
  pg: {
    password: { password: "fixed" },
    connectionString: { connectionString: "postgres://me:fixed@localhost/db?sslmode=disable" },
  },
  postgres: { password: { password: "fixed" }, pass: { pass: "fixed" } },
};
