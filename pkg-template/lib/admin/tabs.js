// How long the other tabs have to say what they know, in ms.
const ANSWER = 100;

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

  // Asks the others for what they have, and gives them time to tell.
  async ask() {
    if (!this.#channel) return;
    this.tell({ asks: true });
    await new Promise((resolve) => setTimeout(resolve, ANSWER));
  }
}
