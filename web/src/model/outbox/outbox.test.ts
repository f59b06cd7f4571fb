import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Buzzer } from "../buzzer";
import { createBuzzer } from "../create-buzzer";
import { during, newWorld, soon, visit, visitAsAlice } from "../testing/visit";
import type { World } from "../testing/visit";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-06-23T12:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

const NODES = [0, 1, 2];

function goOffline({ grid }: World): void {
  for (const node of NODES) grid.kill(node);
}

function texts({ grid }: World): readonly string[] {
  return [...grid.buzzes.values()].map(({ text }) => text);
}

/** How often each text shows, in the home feed and on its way, after each change from now on. */
function watchHome(buzzer: Buzzer): { readonly most: Map<string, number>; readonly vanished: Set<string> } {
  const home = buzzer.feed({ kind: "home", of: "alice" });
  home.open();
  const most = new Map<string, number>();
  const vanished = new Set<string>();
  const look = (): void => {
    const now = [...home.state.get().buzzes, ...buzzer.outgoing.get()].map(({ text }) => text);
    for (const text of now) {
      most.set(text, Math.max(most.get(text) ?? 0, now.filter((other) => other === text).length));
    }
    for (const text of most.keys()) if (!now.includes(text)) vanished.add(text);
  };
  home.state.watch(() => queueMicrotask(look));
  buzzer.outgoing.watch(() => queueMicrotask(look));
  return { most, vanished };
}

describe("a buzz of one's own", () => {
  it("shows at once as outgoing, then in the feed, never twice and never not at all", async () => {
    const world = newWorld();
    const buzzer = await visitAsAlice(world);
    const { most, vanished } = watchHome(buzzer);
    await soon();
    buzzer.post("hello #world");
    expect(buzzer.outgoing.get()).toMatchObject([{ text: "hello #world", status: "waiting" }]);
    await soon(3);
    expect(buzzer.outgoing.get()).toMatchObject([{ status: "sending" }]);
    await soon();
    expect(buzzer.outgoing.get()).toEqual([]);
    expect(buzzer.feed({ kind: "home", of: "alice" }).state.get().buzzes).toMatchObject([
      { text: "hello #world", version: 1, entities: [{ value: "world" }] },
    ]);
    expect(most).toEqual(new Map([["hello #world", 1]]));
    expect(vanished).toEqual(new Set());
    buzzer.stop();
  });

  it("is posted once when its answer is lost, and shows once", async () => {
    const world = newWorld();
    const buzzer = await visitAsAlice(world);
    const { most, vanished } = watchHome(buzzer);
    await soon();
    world.grid.judge = (request, socket) => {
      if (request.type !== "post") return true;
      world.grid.judge = () => true;
      socket.loses = ({ type }) => type === "posted";
      setTimeout(() => socket.cut(), 20);
      return true;
    };
    buzzer.post("only once");
    await soon(5_000);
    expect(texts(world)).toEqual(["only once"]);
    expect(world.grid.received.filter(({ type }) => type === "post").length).toBe(2);
    expect(most).toEqual(new Map([["only once", 1]]));
    expect(vanished).toEqual(new Set());
    buzzer.stop();
  });

  it("written offline is kept across a reload, sent on return in the order of writing, and appears once", async () => {
    const world = newWorld();
    const first = await visitAsAlice(world);
    goOffline(world);
    first.post("one");
    await soon(10);
    first.post("two");
    await soon(10);
    first.stop();

    const second = visit(world);
    const { most } = watchHome(second);
    await soon(2_000);
    expect(second.outgoing.get()).toMatchObject([
      { text: "one", status: "waiting" },
      { text: "two", status: "waiting" },
    ]);
    world.grid.down.clear();
    await soon(30_000);
    expect(second.outgoing.get()).toEqual([]);
    expect(texts(world)).toEqual(["one", "two"]);
    expect(most).toEqual(
      new Map([
        ["one", 1],
        ["two", 1],
      ]),
    );
    second.stop();
  });

  it("goes on with the same key while nobody can say what became of it", async () => {
    const world = newWorld();
    const buzzer = await visitAsAlice(world);
    world.grid.judge = ({ type }) => (type === "post" ? "unavailable" : true);
    buzzer.post("patience");
    await soon(40_000);
    expect(buzzer.outgoing.get()).toMatchObject([{ text: "patience" }]);
    world.grid.judge = () => true;
    await soon(15_000);
    expect(buzzer.outgoing.get()).toEqual([]);
    expect(texts(world)).toEqual(["patience"]);
    const posts = world.grid.received.filter((request) => request.type === "post");
    expect(posts.length).toBeGreaterThan(3);
    expect(new Set(posts.map(({ key }) => key)).size).toBe(1);
    expect(new Set(posts.map(({ key_created }) => key_created)).size).toBe(1);
    buzzer.stop();
  });

  it("that is refused stays with its problem, across a reload, until it is tried again", async () => {
    const world = newWorld();
    const first = await visitAsAlice(world);
    world.grid.judge = ({ type }) => (type === "post" ? "unknown_buzz" : true);
    first.post("too late");
    first.post("fine");
    await soon();
    expect(first.outgoing.get()).toMatchObject([
      { status: "refused", problem: "This buzz does not exist, or has been deleted." },
      { status: "refused" },
    ]);
    expect(first.notices.get()).toMatchObject([{ kind: "error" }]);
    first.stop();

    world.grid.judge = () => true;
    const second = visit(world);
    await soon(2_000);
    const [refused, other] = second.outgoing.get();
    expect(refused).toMatchObject({ text: "too late", status: "refused" });
    expect(texts(world)).toEqual([]);
    second.retry(refused?.key ?? "");
    await soon();
    expect(texts(world)).toEqual(["too late"]);
    expect(second.discard(other?.key ?? "")).toBe("fine");
    expect(second.outgoing.get()).toEqual([]);
    await soon();
    second.stop();
    const third = visit(world);
    await soon(2_000);
    expect(third.outgoing.get()).toEqual([]);
    third.stop();
  });

  it("whose key is too old is not sent again by itself, and says so", async () => {
    const world = newWorld();
    const buzzer = await visitAsAlice(world);
    world.grid.judge = ({ type }) => (type === "post" ? "key_expired" : true);
    buzzer.post("from last week");
    await soon();
    const [entry] = buzzer.outgoing.get();
    expect(entry?.status).toBe("refused");
    expect(entry?.problem).toContain("nobody can say whether it was done");
    buzzer.stop();
  });

  it("written offline more than a day ago, and never sent, is as good as new", async () => {
    const world = newWorld();
    const first = await visitAsAlice(world);
    goOffline(world);
    first.post("patient");
    await soon(10);
    first.stop();
    await soon(3 * 86_400_000);
    world.grid.down.clear();
    world.grid.judge = (request) =>
      "key_created" in request && Date.parse(request.key_created ?? "") < Date.now() - 86_400_000
        ? "key_expired"
        : true;
    const second = visit(world);
    await soon(2_000);
    expect(texts(world)).toEqual(["patient"]);
    expect(second.outgoing.get()).toEqual([]);
    second.stop();
  });

  it("that was sent keeps the age of its key across a reload", async () => {
    const world = newWorld();
    const first = await visitAsAlice(world);
    world.grid.judge = ({ type }) => type !== "post";
    first.post("sent already");
    await soon(1_000);
    first.stop();
    await soon(60_000);
    world.grid.judge = () => true;
    const second = visit(world);
    await soon(2_000);
    const posts = world.grid.received.filter((request) => request.type === "post");
    expect(posts.length).toBe(2);
    expect(new Set(posts.map(({ key_created }) => key_created)).size).toBe(1);
    second.stop();
  });

  it("never goes out as another account", async () => {
    const world = newWorld();
    world.grid.account("bob");
    const other = visit(world);
    await soon();
    await during(other.logIn("bob", "secret"));
    const bobs = world.grid.cookie;
    other.stop();
    const buzzer = await visitAsAlice(world);
    goOffline(world);
    await soon(100);
    buzzer.post("of alice");
    const following = buzzer.follow("carol");
    const refused = expect(following).rejects.toMatchObject({ code: "unauthorized" });
    await soon(100);
    // At another port, alice logs out and bob logs in: the cookie is one for all ports.
    for (const [token, { name }] of world.grid.tokens) if (name === "alice") world.grid.tokens.delete(token);
    world.grid.cookie = bobs;
    world.grid.down.clear();
    await soon(14_000);
    await refused;
    expect(buzzer.account.get()).toEqual({ status: "member", name: "bob" });
    expect(texts(world)).toEqual([]);
    expect(world.grid.account("bob").follows.size).toBe(0);

    await during(buzzer.logOut());
    await during(buzzer.logIn("alice", "secret"));
    await soon(2_000);
    expect([...world.grid.buzzes.values()]).toMatchObject([{ author: "alice", text: "of alice" }]);
    buzzer.stop();
  });

  it("goes on its way even when the lock for it is not to be had at first", async () => {
    const world = newWorld();
    world.grid.account("alice");
    const environment = world.browser.environment();
    let refusals = 0;
    const buzzer = createBuzzer({
      ...environment,
      alone: (name, work) =>
        refusals++ < 2 ? Promise.reject(new DOMException("no", "AbortError")) : environment.alone(name, work),
    });
    await during(buzzer.logIn("alice", "secret"));
    buzzer.post("all the same");
    await soon(10_000);
    expect(texts(world)).toEqual(["all the same"]);
    buzzer.stop();
  });

  it("whose answer comes behind a logout leaves nothing behind", async () => {
    const world = newWorld();
    const buzzer = await visitAsAlice(world);
    world.grid.judge = ({ type }) => type !== "get_buzz";
    buzzer.post("last words");
    await soon(100);
    expect(texts(world)).toEqual(["last words"]);
    await during(buzzer.logOut());
    await soon(20_000);
    expect([...world.browser.large.keys()]).toEqual([]);
    buzzer.stop();
  });

  it("is sent by one tab when several are open", async () => {
    const world = newWorld();
    const one = await visitAsAlice(world);
    const other = visit(world);
    await soon(1_000);
    goOffline(world);
    await soon(100);
    one.post("shared");
    await soon(1_000);
    expect(other.outgoing.get()).toMatchObject([{ text: "shared" }]);
    world.grid.down.clear();
    await soon(40_000);
    expect(one.outgoing.get()).toEqual([]);
    expect(other.outgoing.get()).toEqual([]);
    expect(world.grid.received.filter(({ type }) => type === "post").length).toBe(1);
    for (const buzzer of [one, other]) {
      const { buzzes } = buzzer.feed({ kind: "home", of: "alice" }).state.get();
      expect(buzzes.map(({ text }) => text)).toEqual(["shared"]);
      buzzer.stop();
    }
  });

  it("shows without links when the grid cannot show it yet, and with them when it tells of it", async () => {
    const world = newWorld();
    const buzzer = await visitAsAlice(world);
    await soon();
    world.grid.judge = ({ type }, socket) => {
      socket.loses = (message) => message.type === "push";
      return type === "get_buzz" ? false : true;
    };
    buzzer.post("hello #world");
    await soon(4_000);
    const home = buzzer.feed({ kind: "home", of: "alice" });
    expect(buzzer.outgoing.get()).toEqual([]);
    expect(home.state.get().buzzes).toMatchObject([{ text: "hello #world", entities: [] }]);
    world.grid.judge = () => true;
    world.grid.open[0]?.cut();
    await soon(2_000);
    expect(home.state.get().buzzes).toMatchObject([{ entities: [{ value: "world" }] }]);
    buzzer.stop();
  });
});
