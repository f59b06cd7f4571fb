import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newWorld, soon, visit, visitAsAlice } from "../testing/visit";
import { pruned } from "./thread-state";
import type { ThreadModel } from "../buzzer";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-06-23T12:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

const textsOf = (thread: ThreadModel): { readonly path: string; readonly replies: string } => {
  const { path, replies } = thread.state.get();
  return {
    path: path.map(({ text }) => text).join(" > "),
    replies: replies.map(({ text, deleted }) => (deleted === true ? "(deleted)" : text)).join(", "),
  };
};

describe("a thread", () => {
  it("shows the way down to the buzz and the replies below it, live", async () => {
    const world = newWorld();
    const root = world.grid.post("bob", "root");
    const middle = world.grid.post("carol", "middle", root.id);
    const first = world.grid.post("bob", "first", middle.id);
    world.grid.post("bob", "elsewhere", root.id);
    const buzzer = visit(world);
    const thread = buzzer.thread(middle.id);
    thread.open();
    await soon();
    expect(textsOf(thread)).toEqual({ path: "root > middle", replies: "first" });
    world.grid.post("dave", "below the first", first.id);
    world.grid.post("dave", "below the root", root.id);
    world.grid.edit(first.id, "first, edited");
    await soon();
    expect(textsOf(thread)).toEqual({ path: "root > middle", replies: "first, edited, below the first" });
    buzzer.stop();
  });

  it("keeps a deleted reply while something replies to it", async () => {
    const world = newWorld();
    const root = world.grid.post("bob", "root");
    const reply = world.grid.post("carol", "reply", root.id);
    const below = world.grid.post("dave", "below", reply.id);
    const buzzer = visit(world);
    const thread = buzzer.thread(root.id);
    thread.open();
    await soon();
    world.grid.remove(reply.id);
    await soon();
    expect(textsOf(thread).replies).toBe("(deleted), below");
    world.grid.remove(below.id);
    await soon();
    expect(textsOf(thread).replies).toBe("");
    expect(pruned([])).toEqual([]);
    buzzer.stop();
  });

  it("shows one's own reply once, whatever comes first", async () => {
    const world = newWorld();
    const root = world.grid.post("bob", "root");
    const buzzer = await visitAsAlice(world);
    const thread = buzzer.thread(root.id);
    thread.open();
    await soon();
    buzzer.post("my reply", root.id);
    let most = 0;
    const look = (): void => {
      const now = [...thread.state.get().replies, ...buzzer.outgoing.get()].length;
      most = Math.max(most, now);
    };
    thread.state.watch(() => queueMicrotask(look));
    buzzer.outgoing.watch(() => queueMicrotask(look));
    await soon();
    expect(textsOf(thread).replies).toBe("my reply");
    expect(most).toBe(1);
    buzzer.stop();
  });

  it("is refused when there is no such buzz", async () => {
    const buzzer = visit(newWorld());
    const thread = buzzer.thread("404");
    thread.open();
    await soon();
    expect(thread.state.get()).toMatchObject({ status: "refused", problem: { code: "unknown_buzz" } });
    buzzer.stop();
  });

  it("that was asked for offline shows as soon as there is a node", async () => {
    const world = newWorld();
    const root = world.grid.post("bob", "root");
    for (const node of [0, 1, 2]) world.grid.kill(node);
    const buzzer = visit(world);
    const thread = buzzer.thread(root.id);
    thread.open();
    await soon(20_000);
    expect(thread.state.get()).toMatchObject({ status: "refused", problem: { code: "offline" } });
    world.grid.down.clear();
    await soon(15_000);
    expect(textsOf(thread).path).toBe("root");
    buzzer.stop();
  });

  it("that could not be read for now is read again while it is open, or at once when wished", async () => {
    const world = newWorld();
    const root = world.grid.post("bob", "root");
    world.grid.judge = ({ type }) => (type === "get_thread" ? "unavailable" : true);
    const buzzer = visit(world);
    const thread = buzzer.thread(root.id);
    const other = buzzer.thread(root.id);
    expect(other).toBe(thread);
    const close = thread.open();
    await soon(20_000);
    expect(thread.state.get()).toMatchObject({ status: "refused", problem: { code: "unavailable" } });
    world.grid.judge = () => true;
    thread.reload();
    expect(thread.state.get().status).toBe("loading");
    await soon();
    expect(textsOf(thread).path).toBe("root");
    expect(thread.state.get().problem).toBeUndefined();
    close();

    const second = world.grid.post("bob", "second");
    world.grid.judge = ({ type }) => (type === "get_buzz" || type === "get_thread" ? "unavailable" : true);
    const later = buzzer.thread(second.id);
    later.open();
    await soon(20_000);
    expect(later.state.get()).toMatchObject({ status: "refused", problem: { code: "unavailable" } });
    world.grid.judge = () => true;
    await soon(31_000);
    expect(textsOf(later).path).toBe("second");
    buzzer.stop();
  });

  it("is whole again when the reading after a gap fails at first", async () => {
    const world = newWorld();
    const root = world.grid.post("bob", "root");
    const buzzer = visit(world);
    const thread = buzzer.thread(root.id);
    thread.open();
    await soon();
    world.grid.judge = ({ type }) => (type === "get_thread" ? "unavailable" : true);
    world.grid.open[0]?.cut();
    world.grid.post("carol", "missed", root.id);
    world.grid.forgetLogs();
    await soon(20_000);
    expect(textsOf(thread)).toEqual({ path: "root", replies: "" });
    world.grid.judge = () => true;
    await soon(31_000);
    expect(textsOf(thread).replies).toBe("missed");
    buzzer.stop();
  });

  it("is whole again after a loss, and after a gap", async () => {
    const world = newWorld();
    const root = world.grid.post("bob", "root");
    const buzzer = visit(world);
    const thread = buzzer.thread(root.id);
    thread.open();
    await soon();
    world.grid.open[0]?.cut();
    world.grid.post("carol", "one", root.id);
    await soon(1_000);
    expect(textsOf(thread).replies).toBe("one");
    world.grid.open[0]?.cut();
    world.grid.post("carol", "two", root.id);
    world.grid.forgetLogs();
    await soon(1_000);
    expect(textsOf(thread).replies).toBe("one, two");
    buzzer.stop();
  });
});
