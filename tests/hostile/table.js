// What was measured, as text: what each driver did in one runtime, server by server.
export class Table {
  #title;
  #drivers;
  #rows;

  constructor(title, drivers, servers) {
    this.#title = title;
    this.#drivers = drivers;
    this.#rows = new Map(servers.map((server) => [server, {}]));
  }

  note(server, driver, result) {
    this.#rows.get(server)[driver] = result;
  }

  toString() {
    const rows = [...this.#rows].map(([server, results]) => [server, ...this.#drivers.map((driver) => results[driver] ?? "not measured")]);
    const table = [[this.#title, ...this.#drivers], ...rows];
    const widths = table[0].map((_, column) => Math.max(...table.map((row) => row[column].length)));
    return table.map((row) => row.map((cell, column) => cell.padEnd(widths[column] + 2)).join("").trimEnd()).join("\n");
  }
}

/** What a server has received of the token, and of what is made of it. */
export function whatWasSent(record, token) {
  if (record.holds(token, ["wire"])) return "THE TOKEN, IN CLEAR";
  if (record.holds(token, ["clear"])) return "the token, in TLS";
  return record.passwordMessages > 0 ? "a proof, in TLS" : "refused";
}
