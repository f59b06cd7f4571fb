import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { during, newWorld, soon, visit, visitAsAlice } from "../testing/visit";
import type { RunningBuzzer } from "../create-buzzer";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-06-23T12:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

const homeTexts = (buzzer: RunningBuzzer): readonly string[] =>
  buzzer
    .feed({ kind: "home", of: "alice" })
    .state.get()
    .buzzes.map(({ text }) => text);

describe("following", () => {
  it("brings the past of whom one follows into the home feed, at its place", async () => {
    const world = newWorld();
    world.grid.account("Bob");
    const buzzer = await visitAsAlice(world);
    world.grid.post("Bob", "one");
    await soon();
    world.grid.post("alice", "two");
    world.grid.post("Bob", "three");
    await soon();
    expect(homeTexts(buzzer)).toEqual(["two"]);
    const following = buzzer.follow("Bob");
    expect(buzzer.followed.get()).toEqual(new Set(["bob"]));
    await during(following);
    expect(homeTexts(buzzer)).toEqual(["three", "two", "one"]);
    expect(buzzer.feed({ kind: "home", of: "alice" }).state.get().waiting).toBe(0);
    buzzer.stop();
  });

  it("ended takes their buzzes out again, but for those that mention one", async () => {
    const world = newWorld();
    world.grid.account("bob");
    world.grid.account("alice");
    world.grid.follow("alice", "bob", "followed");
    for (const text of ["one", "two for @Alice"]) world.grid.post("bob", text);
    const buzzer = await visitAsAlice(world);
    expect(buzzer.followed.get()).toEqual(new Set(["bob"]));
    expect(homeTexts(buzzer).length).toBe(2);
    await during(buzzer.unfollow("bob"));
    expect(buzzer.followed.get()).toEqual(new Set());
    expect(homeTexts(buzzer)).toEqual(["two for @Alice"]);
    buzzer.stop();
  });

  it("shows at once, and is taken back with a notice when it is refused", async () => {
    const world = newWorld();
    const buzzer = await visitAsAlice(world);
    world.grid.judge = ({ type }) => (type === "follow" ? "too_many_followed" : true);
    const following = buzzer.follow("Bob");
    expect(buzzer.followed.get()).toEqual(new Set(["bob"]));
    await expect(during(following)).rejects.toMatchObject({ code: "too_many_followed", definite: true });
    expect(buzzer.followed.get()).toEqual(new Set());
    expect(buzzer.notices.get()).toMatchObject([
      { kind: "error", text: "You follow 5,000 people already: that is the most." },
    ]);
    buzzer.stop();
  });

  it("on another device is known here", async () => {
    const world = newWorld();
    const buzzer = await visitAsAlice(world);
    world.grid.follow("alice", "Bob", "followed");
    await soon();
    expect(buzzer.followed.get()).toEqual(new Set(["bob"]));
    world.grid.follow("alice", "Bob", "unfollowed");
    await soon();
    expect(buzzer.followed.get()).toEqual(new Set());
    buzzer.stop();
  });

  it("on another device is known here even when the feed cannot tell of it any more", async () => {
    const world = newWorld();
    const buzzer = await visitAsAlice(world);
    for (const node of [0, 1, 2]) world.grid.kill(node);
    world.grid.follow("alice", "Bob", "followed");
    world.grid.forgetLogs();
    world.grid.down.clear();
    await soon(20_000);
    expect(buzzer.followed.get()).toEqual(new Set(["bob"]));
    buzzer.stop();
  });
});

describe("mentions that have not been looked at", () => {
  it("are counted until they are, and one's own never", async () => {
    const world = newWorld();
    const buzzer = await visitAsAlice(world);
    for (const text of ["hi @alice", "@alice again", "nobody"]) world.grid.post("bob", text);
    world.grid.post("alice", "I, @alice");
    await soon();
    expect(buzzer.unreadMentions.get()).toBe(2);
    buzzer.markMentionsRead();
    expect(buzzer.unreadMentions.get()).toBe(0);
    world.grid.post("bob", "@alice a third time");
    await soon();
    expect(buzzer.unreadMentions.get()).toBe(1);
    buzzer.stop();

    const second = visit(world);
    await soon();
    expect(second.unreadMentions.get()).toBe(1);
    second.stop();
  });

  it("are those of the last day where nothing is known of the ones before", async () => {
    const world = newWorld();
    world.grid.post("bob", "@alice long ago");
    vi.setSystemTime(Date.now() + 3 * 86_400_000);
    world.grid.post("bob", "@alice today");
    const buzzer = await visitAsAlice(world);
    expect(buzzer.unreadMentions.get()).toBe(1);
    buzzer.stop();
  });

  it("are 99 at most", async () => {
    const world = newWorld();
    for (let number = 0; number < 130; number++) world.grid.post("bob", `@alice ${String(number)}`);
    const buzzer = await visitAsAlice(world);
    expect(buzzer.unreadMentions.get()).toBe(99);
    buzzer.stop();
  });

  it("marked as read in one tab are so in the other", async () => {
    const world = newWorld();
    const one = await visitAsAlice(world);
    const other = visit(world);
    world.grid.post("bob", "@alice");
    await soon(1_000);
    expect(other.unreadMentions.get()).toBe(1);
    one.markMentionsRead();
    await soon();
    expect(other.unreadMentions.get()).toBe(0);
    one.stop();
    other.stop();
  });
});

describe("notices", () => {
  it("stay until they are dismissed, four at most; the same one is not shown twice", async () => {
    const buzzer = visit(newWorld());
    buzzer.notify("one", "done");
    buzzer.notify("two", "error");
    buzzer.notify("one", "done");
    expect(buzzer.notices.get().map(({ text }) => text)).toEqual(["two", "one"]);
    buzzer.dismiss(buzzer.notices.get()[0]?.id ?? 0);
    expect(buzzer.notices.get().map(({ text }) => text)).toEqual(["one"]);
    await soon(60_000);
    expect(buzzer.notices.get().map(({ text }) => text)).toEqual(["one"]);
    for (const text of ["three", "four", "five", "six"]) buzzer.notify(text, "done");
    expect(buzzer.notices.get().map(({ text }) => text)).toEqual(["three", "four", "five", "six"]);
    buzzer.stop();
  });
});
