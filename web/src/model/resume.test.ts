import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { FeedModel } from "./buzzer";
import { compareIds } from "./buzz-order";
import { during, newWorld, soon, visit, visitAsAlice } from "./testing/visit";
import type { World } from "./testing/visit";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-06-23T12:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

/** Numbers from 0 to 1, the same for the same seed. */
function randomOf(seed: number): () => number {
  let state = seed * 2_654_435_761 + 1;
  return () => {
    state = (state * 1_664_525 + 1_013_904_223) % 4_294_967_296;
    return state / 4_294_967_296;
  };
}

function expectInOrder(feed: FeedModel): void {
  const { buzzes } = feed.state.get();
  for (const [at, buzz] of buzzes.entries()) {
    const above = buzzes[at - 1];
    if (above !== undefined) expect(compareIds(above.id, buzz.id)).toBeGreaterThan(0);
  }
}

/** Scrolls to both ends. */
async function readAll(feed: FeedModel): Promise<void> {
  for (let pages = 0; pages < 100; pages++) {
    const { newer, older, waiting } = feed.state.get();
    if (newer === "end" && older === "end" && waiting === 0) return;
    if (newer !== "end") feed.loadNewer();
    else if (waiting > 0) feed.showNew();
    if (older !== "end") feed.loadOlder();
    await soon();
  }
  throw new Error("the feed has no end");
}

const look = (feed: FeedModel): readonly string[] =>
  feed.state.get().buzzes.map(({ id, version, text }) => `${id} v${String(version)} ${text}`);

const truth = ({ grid }: World, name: string): readonly string[] =>
  grid.feed({ kind: "home", of: name }).map(({ id, version, text }) => `${id} v${String(version)} ${text}`);

/** What befalls the grid and the connection in a random history. */
async function befall(world: World, random: () => number, withGaps: boolean): Promise<void> {
  const { grid } = world;
  const pick = <T>(list: readonly T[]): T | undefined => list[Math.floor(random() * list.length)];
  const alive = [...grid.buzzes.values()].filter((buzz) => buzz.deleted !== true);
  const dice = random();
  if (dice < 0.35) grid.post("bob", `number ${String(grid.buzzes.size)}`);
  else if (dice < 0.45) {
    const buzz = pick(alive);
    if (buzz !== undefined) grid.edit(buzz.id, `${buzz.text} again`);
  } else if (dice < 0.52) {
    const buzz = pick(alive);
    if (buzz !== undefined) grid.remove(buzz.id);
  } else if (dice < 0.62) pick(grid.open)?.cut(pick([1006, 4000, 4001, 4002, 4003]));
  else if (dice < 0.7) {
    const socket = pick(grid.open);
    // The next push gets lost, and nothing else tells of it.
    if (socket !== undefined) {
      socket.loses = ({ type }) => {
        if (type !== "push") return false;
        socket.loses = undefined;
        return true;
      };
    }
  } else if (dice < 0.74 && withGaps) grid.forgetLogs();
  else if (dice < 0.8) {
    const node = Math.floor(random() * 3);
    if (grid.down.has(node)) grid.down.delete(node);
    else grid.kill(node);
  } else await soon(random() * 600);
}

describe.each([
  { withGaps: false, what: "losses of connections, nodes and pushes" },
  { withGaps: true, what: "those and gaps" },
])("a home feed through $what", ({ withGaps }) => {
  it.each(Array.from({ length: 25 }, (_, seed) => seed))(
    "ends as the grid has it, without gap or repeat (seed %i)",
    async (seed) => {
      const random = randomOf(seed);
      const world = newWorld(3, random);
      world.grid.account("bob");
      // Pages come from elsewhere than what is told: they may be late.
      world.grid.slow = ({ type }) => (type === "feed" ? random() * 100 : 0);
      const buzzer = await visitAsAlice(world);
      world.grid.follow("alice", "bob", "followed");
      const home = buzzer.feed({ kind: "home", of: "alice" });
      home.open();
      await soon();
      let written = 0;
      for (let step = 0; step < 120; step++) {
        await befall(world, random, withGaps);
        if (random() < 0.05) buzzer.post(`own ${String(++written)}`);
        if (random() < 0.05) home.showNew();
        if (random() < 0.05) home.loadOlder();
        expectInOrder(home);
      }
      world.grid.down.clear();
      for (const socket of world.grid.open) socket.loses = undefined;
      // What was lost without a word shows with the next push.
      world.grid.post("bob", "the last one");
      await soon(60_000);
      await readAll(home);
      expectInOrder(home);
      expect(look(home)).toEqual(truth(world, "alice"));
      expect(buzzer.outgoing.get()).toEqual([]);
      const own = [...world.grid.buzzes.values()].filter(({ author }) => author === "alice");
      expect(own.length).toBe(written);
      buzzer.stop();
    },
  );
});

describe("a feed that is resumed", () => {
  it("subscribes behind its last position, and reads no page again", async () => {
    const world = newWorld();
    world.grid.account("bob");
    const buzzer = await visitAsAlice(world);
    const feed = buzzer.feed({ kind: "author", of: "bob" });
    feed.open();
    await soon();
    world.grid.post("bob", "one");
    await soon();
    world.grid.received.length = 0;
    world.grid.open[0]?.cut();
    world.grid.post("bob", "two");
    await soon(1_000);
    expect(feed.state.get().buzzes.map(({ text }) => text)).toEqual(["one"]);
    expect(feed.state.get().waiting).toBe(1);
    expect(world.grid.received.some(({ type }) => type === "get_feed")).toBe(false);
    buzzer.stop();
  });

  it("is as it was after Back, with what came meanwhile above the fold", async () => {
    const world = newWorld();
    world.grid.account("bob");
    for (let number = 0; number < 120; number++) world.grid.post("bob", `number ${String(number)}`);
    const buzzer = await visitAsAlice(world);
    const feed = buzzer.feed({ kind: "author", of: "bob" });
    const close = feed.open();
    await soon();
    feed.loadOlder();
    await soon();
    const before = feed.state.get().buzzes;
    expect(before.length).toBe(100);
    close();
    await soon();
    world.grid.post("bob", "meanwhile");
    await soon();
    expect(buzzer.feed({ kind: "author", of: "Bob" })).toBe(feed);
    feed.open();
    expect(feed.state.get().buzzes).toBe(before);
    await soon();
    expect(feed.state.get().buzzes).toBe(before);
    expect(feed.state.get().waiting).toBe(1);
    buzzer.stop();
  });

  it("keeps what is shown after a gap too wide to be read at once, and reads the rest on the way up", async () => {
    const world = newWorld();
    world.grid.account("bob");
    world.grid.post("bob", "before");
    const buzzer = await visitAsAlice(world);
    const feed = buzzer.feed({ kind: "author", of: "bob" });
    feed.open();
    await soon();
    for (const node of [0, 1, 2]) world.grid.kill(node);
    for (let number = 0; number < 1_500; number++) world.grid.post("bob", `number ${String(number)}`);
    world.grid.forgetLogs();
    world.grid.down.clear();
    await soon(30_000);
    expect(feed.state.get()).toMatchObject({ newer: "more", waiting: 0 });
    expect(feed.state.get().buzzes.map(({ text }) => text)).toEqual(["before"]);
    feed.loadNewer();
    await soon();
    expect(feed.state.get().buzzes.length).toBeGreaterThan(100);
    expect(feed.state.get().buzzes.at(-1)?.text).toBe("before");
    // What is posted while the way up is being read is not left out.
    world.grid.slow = ({ type }) => (type === "feed" ? 100 : 0);
    for (let pages = 0; feed.state.get().newer !== "end"; pages++) {
      feed.loadNewer();
      await soon(50);
      // Also during the page that is the last since there is nothing in it.
      if (pages % 2 === 0) world.grid.post("bob", "told before the page that it is not in");
      await soon();
    }
    expect(feed.state.get().waiting).toBe(1);
    await readAll(feed);
    expect(feed.state.get().buzzes.map(({ id }) => id)).toEqual(
      world.grid.feed({ kind: "author", of: "bob" }).map(({ id }) => id),
    );
    buzzer.stop();
  });
});

describe("a second visit", () => {
  it("shows the home feed as it was last, even offline, and goes on from there", async () => {
    const world = newWorld();
    world.grid.account("bob");
    const first = await visitAsAlice(world);
    await during(first.follow("bob"));
    world.grid.post("bob", "yesterday");
    await soon(2_000);
    first.stop();
    for (const node of [0, 1, 2]) world.grid.kill(node);

    const second = visit(world);
    const home = second.feed({ kind: "home", of: "alice" });
    home.open();
    await soon(20);
    expect(second.account.get()).toEqual({ status: "unknown", name: "alice" });
    expect(home.state.get().status).toBe("ready");
    expect(home.state.get().buzzes.map(({ text }) => text)).toEqual(["yesterday"]);

    const id = home.state.get().buzzes[0]?.id ?? "";
    world.grid.edit(id, "yesterday, edited");
    world.grid.post("bob", "today");
    world.grid.down.clear();
    await soon(20_000);
    expect(second.account.get()).toEqual({ status: "member", name: "alice" });
    expect(home.state.get().buzzes.map(({ text }) => text)).toEqual(["yesterday, edited"]);
    expect(home.state.get().waiting).toBe(1);
    expect(second.followed.get()).toEqual(new Set(["bob"]));
    second.stop();
  });

  it("does so also when the first was over in a moment: the newest is kept at once", async () => {
    const world = newWorld();
    world.grid.account("alice");
    world.grid.post("alice", "the first");
    const first = await visitAsAlice(world);
    first.stop();
    for (const node of [0, 1, 2]) world.grid.kill(node);

    const second = visit(world);
    const home = second.feed({ kind: "home", of: "alice" });
    home.open();
    await soon(20);
    expect(home.state.get().buzzes.map(({ text }) => text)).toEqual(["the first"]);
    second.stop();
  });

  it("shows the newest when what was kept cannot be gone on from", async () => {
    const world = newWorld();
    const first = await visitAsAlice(world);
    first.post("old");
    await soon(2_000);
    first.stop();
    for (let number = 0; number < 60; number++) world.grid.post("alice", `number ${String(number)}`);
    world.grid.forgetLogs();
    const second = visit(world);
    const home = second.feed({ kind: "home", of: "alice" });
    home.open();
    await soon();
    expect(home.state.get().buzzes[0]?.text).toBe("number 59");
    expect(home.state.get()).toMatchObject({ newer: "end", older: "more", waiting: 0 });
    second.stop();
  });
});
