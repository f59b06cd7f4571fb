/**
 * `test` with what all browser tests share: the worker's grid, people for one test, and browsers that are watched.
 * Each test fails on what the guard (guard.ts) has seen, whatever else it is about.
 */
import { test as base, expect } from "@playwright/test";
import type { Browser, BrowserContext, BrowserContextOptions, Page } from "@playwright/test";
import { Grid } from "./grid";
import { Guard } from "./guard";
import type { Person } from "./people";
import { People } from "./people";

export interface Visit extends BrowserContextOptions {
  /** The node whose page is opened; 0 if left out. */
  readonly node?: number;
  /** Who is logged in; left out: nobody. */
  readonly as?: Person;
  /** The page's path; "/" if left out. */
  readonly path?: string;
}

/** A browser of its own (a context: cookies, storage, cache), with one page. */
export type Open = (visit?: Visit) => Promise<Page>;

interface TestFixtures {
  readonly guard: Guard;
  readonly people: People;
  readonly open: Open;
  readonly isPhone: boolean;
}

interface WorkerFixtures {
  readonly grid: Grid;
}

export const test = base.extend<TestFixtures, WorkerFixtures>({
  grid: [
    async ({}, use, worker) => {
      const grid = await Grid.start(`e2e-${String(worker.parallelIndex)}`);
      await use(grid);
      await grid.stop();
    },
    { scope: "worker", timeout: 60_000 },
  ],

  guard: [
    async ({ grid }, use) => {
      const guard = new Guard(new Set(grid.ports.map((port) => `127.0.0.1:${String(port)}`)));
      await use(guard);
      expect(guard.complaints, "what no page may do").toEqual([]);
    },
    { auto: true },
  ],

  people: async ({ grid }, use) => {
    const people = new People(grid);
    await use(people);
    people.leave();
  },

  open: async ({ browser, grid, guard }, use) => {
    const contexts: BrowserContext[] = [];
    await use(async ({ node = 0, as, path = "/", ...options } = {}) => {
      const context = await newContext(browser, guard, options);
      contexts.push(context);
      if (as !== undefined) await logIn(context, as);
      const page = await context.newPage();
      await page.goto(grid.url(node, path));
      return page;
    });
    await Promise.all(contexts.map((context) => context.close()));
    await grid.heal();
  },

  isPhone: async ({ isMobile }, use) => {
    await use(isMobile);
  },
});

async function newContext(
  browser: Browser,
  guard: Guard,
  options: BrowserContextOptions,
): Promise<BrowserContext> {
  const context = await browser.newContext(options);
  await guard.watch(context);
  return context;
}

/** The cookie of an earlier log-in; a browser gives it to every node on this machine. */
export async function logIn(context: BrowserContext, person: Person): Promise<void> {
  const cookie = { name: "buzzer_session", value: person.token, domain: "127.0.0.1", path: "/" };
  await context.addCookies([{ ...cookie, httpOnly: true, sameSite: "Strict" }]);
}

export { expect };
export type { Locator, Page } from "@playwright/test";
