import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Buzz, FeedModel } from "./buzzer";
import { during, newWorld, soon, visitAsAlice } from "./testing/visit";
import type { World } from "./testing/visit";
import type { RunningBuzzer } from "./create-buzzer";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-06-23T12:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

async function withOwnBuzz(): Promise<{
  readonly world: World;
  readonly buzzer: RunningBuzzer;
  readonly home: FeedModel;
  readonly author: FeedModel;
  readonly own: Buzz;
  readonly texts: () => readonly string[];
}> {
  const world = newWorld();
  const own = world.grid.post("alice", "as it was");
  const buzzer = await visitAsAlice(world);
  const home = buzzer.feed({ kind: "home", of: "alice" });
  const author = buzzer.feed({ kind: "author", of: "alice" });
  home.open();
  author.open();
  await soon();
  const texts = (): readonly string[] =>
    [home, author].map((feed) =>
      feed.state
        .get()
        .buzzes.map(({ text }) => text)
        .join(),
    );
  return { world, buzzer, home, author, own, texts };
}

describe("an edit", () => {
  it("shows at once in all feeds, and with its links when the grid has taken it", async () => {
    const { buzzer, own, texts, home } = await withOwnBuzz();
    const editing = buzzer.edit(own, "about #grids");
    expect(texts()).toEqual(["about #grids", "about #grids"]);
    await during(editing);
    expect(texts()).toEqual(["about #grids", "about #grids"]);
    expect(home.state.get().buzzes).toMatchObject([{ version: 2, entities: [{ value: "grids" }] }]);
    buzzer.stop();
  });

  it("that is refused is taken back, with a notice", async () => {
    const { world, buzzer, own, texts } = await withOwnBuzz();
    world.grid.judge = ({ type }) => (type === "edit" ? "text_invalid" : true);
    await expect(during(buzzer.edit(own, "\u0007"))).rejects.toMatchObject({ code: "text_invalid" });
    expect(texts()).toEqual(["as it was", "as it was"]);
    expect(buzzer.notices.get()).toMatchObject([{ kind: "error" }]);
    buzzer.stop();
  });

  it("is repeated with the same key until it is answered", async () => {
    const { world, buzzer, own, texts } = await withOwnBuzz();
    world.grid.judge = (request, socket) => {
      if (request.type !== "edit") return true;
      world.grid.judge = () => true;
      socket.loses = ({ type }) => type === "edited";
      setTimeout(() => socket.cut(), 30);
      return true;
    };
    await during(buzzer.edit(own, "once"), 2_000);
    expect(texts()).toEqual(["once", "once"]);
    expect(world.grid.buzzes.get(own.id)?.version).toBe(2);
    buzzer.stop();
  });

  it("of which nobody can say what became is taken back in the end", async () => {
    const { world, buzzer, own, texts } = await withOwnBuzz();
    world.grid.judge = ({ type }) => (type === "edit" ? "unavailable" : true);
    await expect(during(buzzer.edit(own, "never"), 16_000)).rejects.toMatchObject({
      code: "unavailable",
      definite: false,
    });
    expect(texts()).toEqual(["as it was", "as it was"]);
    buzzer.stop();
  });

  it("of somebody else shows wherever their buzz is open", async () => {
    const { world, buzzer, own, texts } = await withOwnBuzz();
    world.grid.edit(own.id, "from the other device");
    await soon();
    expect(texts()).toEqual(["from the other device", "from the other device"]);
    buzzer.stop();
  });
});

describe("a delete", () => {
  it("shows at once, and for good", async () => {
    const { buzzer, own, texts } = await withOwnBuzz();
    const deleting = buzzer.remove(own);
    expect(texts()).toEqual(["", ""]);
    await during(deleting);
    expect(texts()).toEqual(["", ""]);
    buzzer.stop();
  });

  it("that is refused brings the buzz back", async () => {
    const { world, buzzer, own, texts } = await withOwnBuzz();
    world.grid.judge = ({ type }) => (type === "delete" ? "not_yours" : true);
    const deleting = buzzer.remove(own);
    expect(texts()).toEqual(["", ""]);
    await expect(during(deleting)).rejects.toMatchObject({ code: "not_yours" });
    expect(texts()).toEqual(["as it was", "as it was"]);
    buzzer.stop();
  });
});
