import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { MOST_WAITING } from "../buzzer";
import { MOST_CLOSED } from "./feeds";
import { during, newWorld, soon, visit, visitAsAlice } from "../testing/visit";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-06-23T12:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("feeds", () => {
  it("are the same for the same feed as long as they are kept: open ones, and the last few others", async () => {
    const world = newWorld();
    const buzzer = visit(world);
    await soon();
    const open = buzzer.feed({ kind: "topic", of: "open" });
    open.open();
    const old = buzzer.feed({ kind: "topic", of: "old" });
    old.open()();
    for (let number = 0; number < MOST_CLOSED; number++) {
      buzzer.feed({ kind: "topic", of: `topic${String(number)}` }).open()();
    }
    await soon();
    expect(buzzer.feed({ kind: "topic", of: "#Open" })).toBe(open);
    expect(buzzer.feed({ kind: "topic", of: "old" })).not.toBe(old);
    buzzer.stop();
  });

  it("that nobody has open take no subscription", async () => {
    const world = newWorld();
    world.grid.account("bob");
    const buzzer = visit(world);
    await soon();
    const feed = buzzer.feed({ kind: "author", of: "bob" });
    const [close, closeAgain] = [feed.open(), feed.open()];
    await soon();
    expect(world.grid.open[0]?.subscriptions.size).toBe(1);
    close();
    close();
    await soon();
    expect(world.grid.open[0]?.subscriptions.size).toBe(1);
    closeAgain();
    await soon();
    expect(world.grid.open[0]?.subscriptions.size).toBe(0);
    buzzer.stop();
  });

  it("are refused with the node's reason, and begin anew when asked to", async () => {
    const world = newWorld();
    world.grid.judge = ({ type }) => (type === "subscribe" ? "invalid_name" : true);
    const buzzer = visit(world);
    const feed = buzzer.feed({ kind: "author", of: "bob" });
    feed.open();
    await soon();
    expect(feed.state.get()).toMatchObject({ status: "refused", problem: { code: "invalid_name" } });
    world.grid.judge = () => true;
    feed.reload();
    expect(feed.state.get().status).toBe("loading");
    await soon();
    expect(feed.state.get()).toMatchObject({ status: "ready", older: "end", newer: "end" });
    buzzer.stop();
  });

  it("say so when no node answers, and show as soon as one does", async () => {
    const world = newWorld();
    world.grid.post("bob", "there");
    for (const node of [0, 1, 2]) world.grid.kill(node);
    const buzzer = visit(world);
    const feed = buzzer.feed({ kind: "author", of: "bob" });
    feed.open();
    await soon(16_000);
    expect(feed.state.get()).toMatchObject({ status: "refused", problem: { code: "offline" } });
    world.grid.down.clear();
    await soon(15_000);
    expect(feed.state.get()).toMatchObject({ status: "ready", buzzes: [{ text: "there" }] });
    buzzer.stop();
  });

  it("read a further page again after it has failed", async () => {
    const world = newWorld();
    for (let number = 0; number < 70; number++) world.grid.post("bob", String(number));
    const buzzer = visit(world);
    const feed = buzzer.feed({ kind: "author", of: "bob" });
    feed.open();
    await soon();
    world.grid.judge = ({ type }) => (type === "get_feed" ? "bad_request" : true);
    feed.loadOlder();
    feed.loadOlder();
    await soon();
    expect(feed.state.get().older).toBe("failed");
    world.grid.judge = () => true;
    feed.loadOlder();
    await soon();
    expect(feed.state.get().older).toBe("end");
    expect(feed.state.get().buzzes.length).toBe(70);
    buzzer.stop();
  });

  it("show a burst of pushes as one thing that waits", async () => {
    const world = newWorld();
    world.grid.account("bob");
    const buzzer = visit(world);
    const feed = buzzer.feed({ kind: "author", of: "bob" });
    feed.open();
    await soon();
    world.grid.post("bob", "first");
    await soon();
    let changes = 0;
    feed.state.watch(() => changes++);
    for (let number = 0; number < 900; number++) world.grid.post("bob", String(number));
    await soon();
    expect(feed.state.get()).toMatchObject({ waiting: 900, waitingAuthors: ["bob"] });
    expect(changes).toBeLessThan(20);
    feed.showNew();
    expect(feed.state.get().buzzes.length).toBe(901);
    buzzer.stop();
  });

  it("begin anew with the newest when more wait than are kept, and miss none on the way down", async () => {
    const world = newWorld();
    world.grid.account("bob");
    const buzzer = visit(world);
    const feed = buzzer.feed({ kind: "author", of: "bob" });
    feed.open();
    await soon();
    world.grid.post("bob", "first");
    await soon();
    for (let number = 0; number < 2_500; number++) world.grid.post("bob", String(number));
    await soon();
    expect(feed.state.get()).toMatchObject({ waiting: MOST_WAITING, waitingAuthors: ["bob"] });
    expect(feed.state.get().buzzes.map(({ text }) => text)).toEqual(["first"]);
    feed.showNew();
    await soon();
    expect(feed.state.get()).toMatchObject({ waiting: 0, newer: "end", older: "more" });
    expect(feed.state.get().buzzes[0]?.text).toBe("2499");
    while (feed.state.get().older !== "end") {
      feed.loadOlder();
      await soon(50);
    }
    expect(feed.state.get().buzzes.length).toBe(2_501);
    buzzer.stop();
  });

  it("that could not be read on without a connection can be when it is back", async () => {
    const world = newWorld();
    for (let number = 0; number < 60; number++) world.grid.post("bob", String(number));
    const buzzer = visit(world);
    const feed = buzzer.feed({ kind: "author", of: "bob" });
    feed.open();
    await soon();
    for (const node of [0, 1, 2]) world.grid.kill(node);
    feed.loadOlder();
    await soon(16_000);
    expect(feed.state.get().older).toBe("failed");
    world.grid.down.clear();
    await soon(15_000);
    expect(feed.state.get().older).toBe("more");
    buzzer.stop();
  });

  it("and whatever else the one before has seen is nothing for the next one", async () => {
    const world = newWorld();
    world.grid.account("bob");
    const buzzer = await visitAsAlice(world);
    const root = world.grid.post("bob", "a #secret for @alice");
    const thread = buzzer.thread(root.id);
    thread.open()();
    buzzer.grid.open()();
    await soon();
    expect(buzzer.suggestTopics("")).toEqual(["secret"]);
    await during(buzzer.logOut());
    await soon();
    expect(buzzer.suggestTopics("")).toEqual([]);
    expect(buzzer.thread(root.id)).not.toBe(thread);
    expect(buzzer.grid.state.get()).toBeUndefined();
    buzzer.stop();
  });

  it("of whom one was are gone with the login", async () => {
    const world = newWorld();
    const buzzer = await visitAsAlice(world);
    const home = buzzer.feed({ kind: "home", of: "alice" });
    buzzer.post("private thought");
    await soon();
    await during(buzzer.logOut());
    await during(buzzer.logIn("alice", "secret"));
    const again = buzzer.feed({ kind: "home", of: "alice" });
    expect(again).not.toBe(home);
    await soon();
    expect(again.state.get().buzzes.length).toBe(1);
    buzzer.stop();
  });
});

describe("the state of the grid", () => {
  it("is asked for every few seconds by a guest's page that is looked at", async () => {
    const world = newWorld();
    const buzzer = visit(world);
    await soon();
    const close = buzzer.grid.open();
    await soon();
    expect(buzzer.grid.state.get()?.nodes.length).toBe(3);
    world.grid.down.add(2);
    world.browser.isVisible = false;
    await soon(4_000);
    expect(buzzer.grid.state.get()?.nodes[2]?.alive).toBe(true);
    world.browser.isVisible = true;
    await soon(4_000);
    expect(buzzer.grid.state.get()?.nodes[2]?.alive).toBe(false);
    close();
    buzzer.stop();
    // Whatever was being waited for is over by then.
    await soon(70_000);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("is told to members, on each connection anew", async () => {
    const world = newWorld();
    const buzzer = await visitAsAlice(world);
    buzzer.grid.open();
    await soon();
    world.grid.tellGrid();
    await soon();
    expect(buzzer.grid.state.get()?.node).toBe(0);
    world.grid.kill(0);
    await soon(1_000);
    world.grid.tellGrid();
    await soon();
    expect(buzzer.grid.state.get()?.node).toBe(1);
    buzzer.stop();
  });
});

describe("suggestions", () => {
  it("of users are whom one follows, then whoever was seen, then others of the grid", async () => {
    const world = newWorld();
    for (const name of ["bert", "Bea", "bob", "boris"]) world.grid.account(name);
    world.grid.account("alice");
    world.grid.follow("alice", "boris", "followed");
    world.grid.post("bob", "hi @alice");
    const buzzer = await visitAsAlice(world);
    expect(await during(buzzer.suggestUsers("B"))).toEqual(["boris", "bob", "bert", "Bea"]);
    expect(await during(buzzer.suggestUsers("al"))).toEqual([]);
    expect(await during(buzzer.suggestUsers("no such"))).toEqual([]);
    buzzer.stop();
  });

  it("of topics are those seen, the most frequent first", async () => {
    const world = newWorld();
    const texts = ["#grid", "#Grid and #green", "#other", "@alice #great"];
    for (const text of texts) world.grid.post("bob", `${text} @alice`);
    const buzzer = await visitAsAlice(world);
    expect(buzzer.suggestTopics("G")[0]).toBe("grid");
    expect([...buzzer.suggestTopics("g")].sort()).toEqual(["great", "green", "grid"]);
    expect(buzzer.suggestTopics("x")).toEqual([]);
    buzzer.stop();
  });
});
