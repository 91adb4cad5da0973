import assert from "node:assert/strict";
import { setTimeout as sleep } from "node:timers/promises";
import { after, afterEach, before, describe, it } from "node:test";
import { fails, kept, pass, redirectFor, refreshesAt, sessionAt, signedIn, signIn, startWorkspace, storageOf, Workspace } from "./person.js";

let emulator;
before(async () => {
  emulator = await startWorkspace();
});
after(() => emulator.stop());
afterEach(() => emulator.reset());

const workspaceOf = (session) => new Workspace({ host: emulator.url, session });

describe("signing out", () => {
  it("forgets the person at once, and drops what was got", async () => {
    const { storage, session, workspace } = await signedIn(emulator);
    const provider = workspace.credentials({ instance: "orders" });
    await provider.token();
    await session.authorizationUrl();
    assert.equal(storage.items.size, 2);
    const done = session.signOut();
    assert.deepEqual([session.signedIn, storage.items.size], [false, 0]);
    assert.deepEqual([provider.state, provider.expirationTime], ["empty", null]);
    await done;
    const asked = emulator.requests.count();
    for (const call of [provider.token(), workspace.currentUser(), workspaceOf(session).currentUser()]) {
      const error = await fails(call, "SIGNED_OUT", emulator);
      assert.equal(error.retryable, false);
      assert.match(error.hint, /Sign in/);
    }
    assert.equal(emulator.requests.count(), asked, "nothing is sent");
    await signIn(session);
    await fails(workspace.currentUser(), "SIGNED_OUT", emulator);
    await workspaceOf(session).currentUser();
    await session.signOut();
    await session.signOut();
  });

  for (const slow of [undefined, 40]) {
    it(`is not undone by a refresh that is under way, in a storage that ${slow ? "takes its time" : "answers at once"}`, async (t) => {
      const { storage, session, workspace } = await signedIn(emulator, { storage: storageOf(new Map(), { slow }) });
      const outcomes = [];
      for (const wait of [100, 450, 500, 550, 600, 800]) {
        await signIn(session);
        pass(t, emulator, 3600);
        emulator.fault("token", { delay: 200 });
        const call = workspaceOf(session).currentUser().then(
          () => "done",
          ({ code }) => code,
        );
        await sleep(wait);
        const done = session.signOut();
        assert.equal(session.signedIn, false);
        await done;
        outcomes.push(await call);
        await sleep(100);
        assert.deepEqual([session.signedIn, storage.items.size], [false, 0], `${wait} ms`);
        assert.equal(await session.restore(), false);
        emulator.clearFaults("token");
      }
      assert.equal(outcomes[0], "SIGNED_OUT");
      assert.ok(outcomes.every((outcome) => ["done", "SIGNED_OUT"].includes(outcome)), outcomes.join());
      await fails(workspace.currentUser(), "SIGNED_OUT");
    });
  }

  it("is not undone by a refresh of another page on the same storage, nor by one of a duplicated tab", async (t) => {
    for (const other of ["shared", "duplicated"]) {
      const { storage, session, workspace } = await signedIn(emulator);
      const theirs = other === "shared" ? storage : storageOf(new Map(storage.items));
      const page = sessionAt(emulator, { storage: theirs });
      pass(t, emulator, 3600);
      emulator.fault("token", { delay: 300 });
      const call = fails(workspaceOf(page).currentUser(), "SIGNED_OUT", emulator);
      await sleep(350);
      await session.signOut();
      await call;
      assert.deepEqual([page.signedIn, storage.items.size, theirs.items.size], [false, 0, 0], other);
      await fails(workspace.currentUser(), "SIGNED_OUT", emulator);
    }
  });

  it("reaches the other pages of the same sign-in, and no other sign-in", async () => {
    const { storage, session } = await signedIn(emulator);
    const [shared, copy] = [storage, storageOf(new Map(storage.items))].map((one) => sessionAt(emulator, { storage: one }));
    const stranger = await signedIn(emulator);
    const providers = [shared, copy, stranger.session].map((one) => workspaceOf(one).credentials({ instance: "orders" }));
    await Promise.all(providers.map((provider) => provider.token()));
    await session.signOut();
    await sleep(50);
    assert.deepEqual(providers.map(({ state }) => state), ["empty", "empty", "fresh"]);
    assert.deepEqual([shared.signedIn, copy.signedIn, stranger.session.signedIn], [false, false, true]);
    await fails(providers[1].token(), "SIGNED_OUT", emulator);
    await stranger.workspace.currentUser();
  });

  it("of an earlier sign-in is no end of the next, however late a tab hears of it", async () => {
    const { storage, session } = await signedIn(emulator);
    const other = sessionAt(emulator, { storage });
    const workspace = workspaceOf(other);
    await workspace.currentUser();
    const channel = new BroadcastChannel(`lakebase-credentials ${kept(storage, "grant").id}`);
    const redirect = await redirectFor(session);
    await signIn(session);
    channel.postMessage({ ended: true });
    await sleep(50);
    channel.close();
    await fails(workspace.currentUser(), "SIGNED_OUT", emulator);
    assert.deepEqual([session.signedIn, other.signedIn], [true, true]);
    await workspaceOf(other).currentUser();
    await session.complete(redirect);
  });

  it("takes back what another tab's refresh is about to store in a storage of its own", async (t) => {
    const { storage, session } = await signedIn(emulator);
    const theirs = storageOf(new Map(storage.items), { slow: 60 });
    const page = sessionAt(emulator, { storage: theirs });
    await page.restore();
    pass(t, emulator, 3600);
    let ended;
    theirs.hook = (method) => {
      if (method === "setItem") ended ??= session.signOut();
    };
    await fails(workspaceOf(page).currentUser(), "SIGNED_OUT", emulator);
    await ended;
    await sleep(150);
    assert.deepEqual([page.signedIn, theirs.items.size, storage.items.size], [false, 0, 0]);
  });

  it("is told by no message that makes no sense", async () => {
    const { storage, session, workspace } = await signedIn(emulator);
    const { id } = kept(storage, "grant");
    const channel = new BroadcastChannel(`lakebase-credentials ${id}`);
    const forged = { id: "another", turn: 9, accessToken: "forged", expires: Date.now() + 3600_000 };
    for (const message of [undefined, null, 7, "ended", {}, { grant: 7 }, { grant: {} }, { grant: "{" }, { grant: JSON.stringify(forged) }]) {
      channel.postMessage(message);
    }
    await sleep(50);
    channel.close();
    assert.deepEqual([session.signedIn, await session.restore(), kept(storage, "grant").id], [true, true, id]);
    await workspace.currentUser();
  });

  it("ends a sign-in that is being completed, and one that was begun", async () => {
    const storage = storageOf();
    const session = sessionAt(emulator, { storage });
    const [redirect, other] = [await redirectFor(session), await redirectFor(session)];
    emulator.fault("token", { delay: 200 });
    const completed = fails(session.complete(redirect), "SIGNED_OUT", emulator);
    await sleep(100);
    await session.signOut();
    await completed;
    assert.deepEqual([session.signedIn, storage.items.size], [false, 0]);
    await fails(session.complete(other), "SIGN_IN_FAILED", emulator);
  });

  it("holds in this page though the storage does not forget, and says so", async () => {
    const { storage, session, workspace } = await signedIn(emulator);
    storage.hook = (method) => {
      if (method === "removeItem") throw new Error("read-only");
    };
    const error = await fails(session.signOut(), "INVALID_ARGUMENT", emulator);
    assert.deepEqual([error.option, error.message.includes("read-only")], ["storage", true]);
    await fails(workspace.currentUser(), "SIGNED_OUT", emulator);
    storage.hook = () => {};
    await session.signOut();
    assert.equal(storage.items.size, 0);
  });

  it("is seen when the storage was emptied behind the page's back", async () => {
    const { storage, session, workspace } = await signedIn(emulator);
    const provider = workspace.credentials({ instance: "orders" });
    await provider.token();
    storage.items.clear();
    assert.deepEqual([session.signedIn, provider.state], [false, "empty"]);
    await fails(provider.token(), "SIGNED_OUT", emulator);
    assert.deepEqual(refreshesAt(emulator), []);
  });

  it("waits no longer than it is told to", async (t) => {
    const { storage, session, workspace } = await signedIn(emulator);
    pass(t, emulator, 3600);
    emulator.fault("token", { delay: 500 });
    const call = fails(workspace.currentUser(), "SIGNED_OUT", emulator);
    await sleep(350);
    await fails(session.signOut({ timeout: 50 }), "TIMEOUT", emulator);
    assert.equal(storage.items.size, 0, "it holds nevertheless");
    await call;
    await session.signOut();
    assert.equal(storage.items.size, 0);
  });
});
