import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { newWorld, soon, visit, visitAsAlice } from "./testing/visit";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-06-23T12:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("the state of the grid", () => {
  it("is told to be old while the page's own node, whom guests ask, does not answer", async () => {
    const world = newWorld();
    const buzzer = visit(world);
    const close = buzzer.grid.open();
    await soon(1_000);
    expect(buzzer.grid.state.get()).toBeDefined();
    expect(buzzer.grid.stale.get()).toBe(false);
    world.grid.kill(0);
    await soon(10_000);
    expect(buzzer.connection.get().status).toBe("online");
    expect(buzzer.grid.state.get()).toBeDefined();
    expect(buzzer.grid.stale.get()).toBe(true);
    world.grid.down.clear();
    await soon(10_000);
    expect(buzzer.grid.stale.get()).toBe(false);
    close();
    buzzer.stop();
  });

  it("is told to members by whatever node they are connected to", async () => {
    const world = newWorld();
    const buzzer = await visitAsAlice(world);
    buzzer.grid.open();
    world.grid.kill(0);
    await soon(10_000);
    world.grid.tellGrid();
    await soon();
    expect(buzzer.grid.state.get()).toMatchObject({ node: 1 });
    expect(buzzer.grid.stale.get()).toBe(false);
    buzzer.stop();
  });
});
