/** axe finds nothing on any page, in either theme, nor in what opens above a page. */
import { readFileSync } from "node:fs";
import type { AxeResults } from "axe-core";
import { GUEST_PAGES, furnish } from "./support/pages";
import type { Somewhere } from "./support/pages";
import { buzz, chooseMore, composer, feed, write } from "./support/site";
import { expect, test } from "./support/test";
import type { Page } from "./support/test";

const SOURCE = readFileSync(new URL("../../node_modules/axe-core/axe.min.js", import.meta.url), "utf8");

/** What axe finds in both themes, one line for each. */
async function findings(page: Page): Promise<string[]> {
  const found: string[] = [];
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(SOURCE);
  for (const colorScheme of ["light", "dark"] as const) {
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    const results = await page.evaluate(async () => {
      // A change of theme goes through what inherits colours frame by frame: until nothing moves any more.
      for (let calm = 0; calm < 5; calm += 1) {
        await new Promise((resolve) => requestAnimationFrame(resolve));
        const animations = document.getAnimations();
        const moving = animations.filter((one) => one.effect?.getTiming().iterations !== Infinity);
        if (moving.length > 0) calm = 0;
        await Promise.allSettled(moving.map((animation) => animation.finished));
      }
      const { axe } = window as unknown as { axe: { run: (options: object) => Promise<AxeResults> } };
      return axe.run({ resultTypes: ["violations"] });
    });
    for (const violation of results.violations) {
      for (const node of violation.nodes) {
        found.push(`${colorScheme}: ${violation.id}: ${node.html} ${node.failureSummary ?? ""}`);
      }
    }
  }
  return found;
}

async function expectClean(page: Page, url: string, pages: readonly Somewhere[]): Promise<void> {
  for (const { path, shows } of pages) {
    await page.goto(new URL(path, url).href);
    await expect(page.getByRole("main")).toContainText(shows);
    expect.soft(await findings(page), path).toEqual([]);
  }
}

test("axe finds nothing on a member's pages", async ({ open, people, grid }) => {
  const { person, pages } = await furnish(people);
  await expectClean(await open({ as: person }), grid.url(0), pages);
});

test("axe finds nothing on a guest's pages", async ({ open, grid }) => {
  await expectClean(await open(), grid.url(0), GUEST_PAGES);
});

test("axe finds nothing in what opens above a page", async ({ open, people }) => {
  const { person, friend } = await furnish(people);
  const page = await open({ as: person });
  await expect(feed(page).getByRole("article")).toHaveCount(3);
  const text = (await composer(page)).getByRole("textbox", { name: "What is happening?" });
  await text.pressSequentially(`@${friend.name.slice(0, -1)}`);
  await expect(page.getByRole("listbox", { name: "Suggestions" })).toBeVisible();
  expect.soft(await findings(page), "suggestions").toEqual([]);
  await write(page, "Refused \u0007");
  await expect(page.getByRole("button", { name: "Try again" })).toBeVisible();
  expect.soft(await findings(page), "a refused buzz").toEqual([]);

  const own = buzz(page, "Hello again");
  await own.getByRole("button", { name: "More" }).click();
  await expect(page.getByRole("menu")).toBeVisible();
  expect.soft(await findings(page), "a menu").toEqual([]);
  await page.keyboard.press("Escape");
  await chooseMore(page, own, "Delete");
  await expect(page.getByRole("alertdialog")).toBeVisible();
  expect.soft(await findings(page), "a question").toEqual([]);
  await page.keyboard.press("Escape");
  await own.getByRole("button", { name: "Reply" }).click();
  await expect(page.getByRole("textbox", { name: "Your reply" })).toBeVisible();
  expect.soft(await findings(page), "a reply").toEqual([]);
  await page.keyboard.press("Escape");
  await own.focus();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
  expect.soft(await findings(page), "help").toEqual([]);
});
