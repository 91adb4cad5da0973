// How long the other tabs have to say what they know: so many turns of so many ms. In turns, since a busy page learns
// late of what has come.
const TURNS = 5;
const TURN = 50;

// The tabs that hold the same sign-in: a tab that is duplicated takes its storage along, and with it a refresh token
// that is good for one use. The channel is named by the sign-in, whose random id nobody else knows.
export class Tabs {
  #id;
  #channel;
  #hear;

  // `hear` gets what other tabs tell, `{grant}`, `{asks}` or `{ended}`, and of which sign-in.
  constructor(hear) {
    this.#hear = hear;
  }

  // Meets the tabs of this sign-in, and leaves those of another.
  join(id) {
    if (id === this.#id) return;
    this.leave();
    if (!id || !globalThis.BroadcastChannel) return;
    this.#id = id;
    this.#channel = new BroadcastChannel(`lakebase-credentials ${id}`);
    this.#channel.onmessage = ({ data }) => this.#hear(data, id);
    // Node would wait for messages for ever.
    this.#channel.unref?.();
  }

  leave() {
    this.#channel?.close();
    this.#id = undefined;
    this.#channel = undefined;
  }

  tell(message) {
    this.#channel?.postMessage(message);
  }

  // Asks the others for what they have, and gives them time to tell, until that is enough.
  async ask(enough) {
    if (!this.#channel) return;
    this.tell({ asks: true });
    for (let turn = 0; turn < TURNS && !enough(); turn += 1) await new Promise((resolve) => setTimeout(resolve, TURN));
  }
}
