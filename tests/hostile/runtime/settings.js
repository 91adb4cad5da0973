// Settings that would give the token to a server that is not verified, and options that would replace it. By name, as
// functions do not travel to another process.
const WORDS = ["disable", "allow", "prefer", "require", "no-verify", "verify-ca"];

const insecure = (name) => ({
  [`${name}: false`]: { [name]: false },
  [`${name}: null`]: { [name]: null },
  ...Object.fromEntries(WORDS.map((word) => [`${name}: "${word}"`, { [name]: word }])),
  [`${name}: { rejectUnauthorized: false }`]: { [name]: { rejectUnauthorized: false } },
  [`${name}: { checkServerIdentity() {} }`]: { [name]: { checkServerIdentity() {} } },
  [`${name}: { servername: "other" }`]: { [name]: { servername: "other" } },
});

export const INSECURE = {
  ...insecure("ssl"),
  ...insecure("tls"),
  ...Object.fromEntries(WORDS.map((word) => [`sslmode: "${word}"`, { sslmode: word }])),
};

const URI = "postgres://me:fixed@localhost/db?sslmode=disable";

export const REPLACING = {
  pg: { password: { password: "fixed" }, connectionString: { connectionString: URI } },
  postgres: {
    password: { password: "fixed" },
    pass: { pass: "fixed" },
    hostname: { hostname: "db.example" },
    path: { path: "/tmp/.s.PGSQL.5432" },
  },
  bun: {
    password: { password: "fixed" },
    pass: { pass: "fixed" },
    url: { url: URI },
    hostname: { hostname: "db.example" },
    path: { path: "/tmp/.s.PGSQL.5432" },
    adapter: { adapter: "mysql" },
  },
  neon: { password: { password: "fixed" }, connectionString: { connectionString: URI }, stream: { stream: {} } },
};
