import { UserSessionCore } from "../../lakebase_credentials_admin_bg.js";
import { run, within } from "../admin-client/run.js";
import { invalidArgument } from "../error.js";
import { alone } from "./alone.js";
import { Store } from "./store.js";
import { Tabs } from "./tabs.js";

// Longer than a workspace waits for its token, in ms: its own error says more.
const TOKEN_TIMEOUT = 70_000;

// How often what is stored is looked at for one token: others may change it meanwhile, but not for ever.
const ROUNDS = 5;

// Lets a workspace live on a session; gives the function that it asks for tokens.
export let attach;

async function sha256(text) {
  const { subtle } = globalThis.crypto ?? {};
  if (!subtle) {
    throw invalidArgument("crypto", "`crypto.subtle` is missing, as in a page that is not secure", "Serve the page over https.");
  }
  return new Uint8Array(await subtle.digest("SHA-256", new TextEncoder().encode(text)));
}

export class UserSession {
  #core;
  #store;
  #tabs = new Tabs((message, id) => this.#hear(message, id));
  // A later grant of this sign-in that another tab has told of.
  #heard = "";
  // What could not be stored, and what was stored in its place.
  #unstored;
  // How often it has ended: what was begun before an end must store nothing after it.
  #ends = 0;

  static {
    attach = (session, workspace) => {
      if (!(#core in Object(session))) {
        throw invalidArgument("session", "`session` must be a UserSession", "Give a UserSession of this package.");
      }
      session.#core.bind(workspace);
      return () => session.#token();
    };
  }

  constructor(options) {
    this.#core = new UserSessionCore(options);
    this.#store = new Store(options.storage, this.#core.key, (name, words, text) =>
      this.#core.storageFailed([name, words].filter(Boolean).join(": "), text),
    );
    this.#glance();
  }

  get signedIn() {
    this.#glance();
    return this.#core.signedIn;
  }

  async restore(options) {
    return this.#alone(options, async () => {
      await this.#read();
      return this.#core.signedIn;
    });
  }

  async authorizationUrl(options) {
    return this.#alone(options, async () => {
      const { state, verifier, store } = this.#core.begin(await this.#store.read("begun"));
      const digest = await sha256(verifier);
      await this.#store.write("begun", store);
      return this.#core.authorizationUrl(state, digest);
    });
  }

  async complete(url, options) {
    const redirect = String(url?.href ?? url);
    let used = false;
    try {
      await this.#alone(options, async (end) => {
        const ends = this.#ends;
        const { begun, store } = this.#core.take(redirect, await this.#store.read("begun"));
        // Gone before it is used: of two pages with the same redirect, one goes on.
        await this.#store.write("begun", store);
        used = true;
        const grant = await run(this.#core.exchange(redirect, begun, this.#core.timeout(options)), new Map(), end);
        // Whoever waited has been told that there is none.
        end.throwIfAborted();
        await this.#keep(grant, ends);
      });
    } catch (error) {
      // The same redirect fails again, though its error may be one that passes.
      if (used) error.retryable = false;
      throw error;
    }
  }

  async signOut(options) {
    const timeout = this.#core.timeout(options);
    this.#tabs.tell({ ended: true });
    const forgotten = this.#end();
    forgotten.catch(() => {});
    // Again when what was under way in other tabs is over, since that may have stored something.
    await within(timeout, options?.signal, (end) => alone(this.#core.key, end, () => this.#end()));
  }

  // Forgets the person, at once where the storage does.
  #end() {
    this.#drop();
    return Promise.all([this.#store.write("grant", ""), this.#store.write("begun", "")]);
  }

  #drop() {
    this.#ends += 1;
    this.#heard = "";
    this.#unstored = undefined;
    this.#core.end();
    this.#tabs.leave();
  }

  async #alone(options, work) {
    const timeout = this.#core.timeout(options);
    return within(timeout, options?.signal, (end) => alone(this.#core.key, end, () => work(end)));
  }

  #glance() {
    const stored = this.#store.glance("grant");
    if (stored !== undefined) this.#look(stored);
  }

  #look(stored) {
    this.#tabs.join(this.#core.look(stored));
  }

  // What is stored, or what is newer. Only for who is alone.
  async #read() {
    const ends = this.#ends;
    let stored = await this.#store.read("grant");
    const newer = this.#unstored?.before === stored ? this.#unstored.grant : this.#heard;
    if (this.#core.later(stored, newer) && ends === this.#ends) {
      await this.#store.write("grant", newer);
      stored = newer;
    }
    this.#heard = "";
    this.#unstored = undefined;
    await this.#check(ends, stored === newer ? newer : "");
    this.#look(stored);
    return stored;
  }

  // Whether it has ended since. What was on its way to the storage as it did, is taken back.
  async #check(ends, written) {
    if (ends === this.#ends) return;
    if (written && (await this.#store.read("grant")) === written) await this.#store.write("grant", "");
    throw this.#core.signedOut();
  }

  // Stores a grant before it is used, and tells the tabs that may have the one before.
  async #keep(grant, ends, before) {
    if (ends !== this.#ends) throw this.#core.signedOut();
    try {
      await this.#store.write("grant", grant);
    } catch (error) {
      // The refresh token that is stored is spent, and this one is all there is.
      if (before && ends === this.#ends) this.#unstored = { before, grant };
      throw error;
    }
    await this.#check(ends, grant);
    this.#look(grant);
    this.#tabs.tell({ grant });
  }

  // What a workspace asks for: an answer as a token endpoint gives it.
  #token() {
    return within(TOKEN_TIMEOUT, undefined, (end) =>
      alone(this.#core.key, end, async () => {
        for (let round = 0; round < ROUNDS; round += 1) {
          const ends = this.#ends;
          const stored = await this.#read();
          const { answer, refresh } = this.#core.offer(stored);
          if (answer) return answer;
          if (round === 0) {
            refresh.free();
            await this.#tabs.ask(() => this.#core.later(stored, this.#heard));
            continue;
          }
          const grant = await this.#refresh(refresh, stored);
          // Whoever has stored something else meanwhile knows better.
          if (!grant || (await this.#store.read("grant")) !== stored) continue;
          await this.#keep(grant, ends, stored);
          return this.#core.answer(grant);
        }
        throw this.#core.storageFailed("what it holds changes all the time", "");
      }),
    );
  }

  // The next grant; `undefined` if another than what is stored is there already.
  async #refresh(operation, stored) {
    try {
      return await run(operation, new Map());
    } catch (error) {
      if (error.code !== "INVALID_GRANT") throw error;
      const now = await this.#read();
      if (now !== stored) return undefined;
      if (this.#core.lapse(stored, now)) {
        await this.#store.write("grant", "");
        this.#tabs.leave();
      }
      throw error;
    }
  }

  async #hear(message, id) {
    try {
      const { grant, asks, ended } = message;
      if (ended) {
        this.#drop();
        // What is stored may be of another sign-in by now.
        const stored = this.#store.glance("grant") ?? (await this.#store.read("grant"));
        if (this.#core.id(stored) === id) await this.#store.write("grant", "");
      }
      if (asks) this.#tabs.tell({ grant: await this.#store.read("grant") });
      if (!grant || typeof grant !== "string" || (this.#heard && !this.#core.later(this.#heard, grant))) return;
      this.#heard = grant;
      await this.restore();
    } catch {
      // Who needs the storage next says so.
    }
  }
}
