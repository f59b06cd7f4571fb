/** A page's visit to the simulated grid, for tests with fake timers. */
import { vi } from "vitest";
import { createBuzzer } from "../create-buzzer";
import type { RunningBuzzer } from "../create-buzzer";
import { SimulatedBrowser } from "./simulated-environment";
import type { Tab } from "./simulated-environment";
import { SimulatedGrid } from "./simulated-grid";

export interface World {
  readonly grid: SimulatedGrid;
  readonly browser: SimulatedBrowser;
}

export function newWorld(nodes = 3, random?: () => number): World {
  const grid = new SimulatedGrid(nodes);
  return { grid, browser: new SimulatedBrowser(grid, random) };
}

export function visit({ browser }: World, tab?: Tab): RunningBuzzer {
  return createBuzzer(browser.environment(tab));
}

/** A visit of "alice", logged in; what goes on at the beginning is over. */
export async function visitAsAlice(world: World): Promise<RunningBuzzer> {
  world.grid.account("alice");
  const buzzer = visit(world);
  await during(buzzer.logIn("alice", "secret"));
  await soon();
  return buzzer;
}

/** Lets go by what the grid and the model do of themselves within moments. */
export async function soon(ms = 200): Promise<void> {
  await vi.advanceTimersByTimeAsync(ms);
}

/** What it resolves with, while time goes by. */
export async function during<T>(work: Promise<T>, ms = 200): Promise<T> {
  const settled = Promise.allSettled([work]);
  await soon(ms);
  await settled;
  return work;
}
