/** What is on the pages, by the names that people and their tools know it by: roles and accessible names. */
import { expect } from "@playwright/test";
import type { Locator, Page } from "@playwright/test";
import type { BuzzId } from "../../../src/protocol/v1";

export function heading(page: Page): Locator {
  return page.getByRole("heading", { level: 1 });
}

export function navigation(page: Page): Locator {
  return page.getByRole("navigation", { name: "Main" });
}

export function feed(page: Page, name = "Home"): Locator {
  return page.getByRole("feed", { name, exact: true });
}

/** The buzz with this text in it, wherever it stands. */
export function buzz(page: Page, text: string): Locator {
  return page.getByRole("article").filter({ hasText: text });
}

export function buzzById(page: Page, id: BuzzId): Locator {
  return page.locator(`article[data-buzz-id="${id}"]`);
}

export function newBuzzes(page: Page, count: number): Locator {
  return page.getByRole("button", {
    name: count === 1 ? "1 new buzz" : `${String(count)} new buzzes`,
    exact: true,
  });
}

/** Of the form for a new buzz, which a phone shows when asked to. */
export async function composer(page: Page): Promise<Locator> {
  const form = page.getByRole("form", { name: "New buzz" });
  const isPhone = (page.viewportSize()?.width ?? 0) < 700;
  if (isPhone && !(await form.isVisible()))
    await page.getByRole("button", { name: "New buzz", exact: true }).click();
  await expect(form).toBeVisible();
  return form;
}

export async function write(page: Page, text: string): Promise<void> {
  const form = await composer(page);
  await form.getByRole("textbox", { name: "What is happening?" }).fill(text);
  await form.getByRole("button", { name: "Buzz", exact: true }).click();
}

/** Edit or Delete of one's own buzz. */
export async function chooseMore(page: Page, of: Locator, item: "Edit" | "Delete"): Promise<void> {
  await of.getByRole("button", { name: "More" }).click();
  await page.getByRole("menu").getByRole("menuitem", { name: item }).click();
}

/** A node has said who one is: what this browser has kept of an earlier visit does not do. */
export async function expectMember(page: Page): Promise<void> {
  await expect(navigation(page)).toHaveAttribute("data-account", "member");
  await expect(navigation(page).getByRole("link", { name: "Profile" })).toBeVisible();
}

export async function expectGuest(page: Page): Promise<void> {
  await expect(page.getByRole("link", { name: "Log in" }).first()).toBeVisible();
}

/** Top of it against the window's, in pixels. */
export async function topOf(locator: Locator): Promise<number> {
  const box = await locator.boundingBox();
  if (box === null) throw new Error("it is not shown");
  return box.y;
}

/** The ids of the buzzes that are in the page's list now, from above to below. */
export async function shownIds(page: Page): Promise<string[]> {
  return page
    .locator("article[data-buzz-id]")
    .evaluateAll((articles) => articles.map((article) => article.getAttribute("data-buzz-id") ?? ""));
}

/** An uppermost buzz that is seen whole, once nothing moves any more: what somebody may be reading. */
export async function beingRead(page: Page): Promise<{ id: string; top: number }> {
  return page.evaluate(async () => {
    const look = (): { id: string; top: number } | undefined => {
      for (const article of document.querySelectorAll("article[data-buzz-id]")) {
        const { top, bottom } = article.getBoundingClientRect();
        if (top >= 80 && bottom < innerHeight - 80)
          return { id: article.getAttribute("data-buzz-id") ?? "", top };
      }
      return undefined;
    };
    let seen = look();
    for (let calm = 0, frame = 0; frame < 200; frame += 1) {
      await new Promise((resolve) => requestAnimationFrame(resolve));
      const now = look();
      calm = now !== undefined && now.id === seen?.id && now.top === seen.top ? calm + 1 : 0;
      seen = now;
      if (seen !== undefined && calm === 5) return seen;
    }
    throw new Error("no buzz is seen whole and at rest");
  });
}

/** Scrolls as a finger or a wheel does, by a step at a time, until it is there. */
export async function scrollUntil(page: Page, wanted: Locator, step = 2000): Promise<void> {
  await expect(async () => {
    await page.evaluate((by) => scrollBy(0, by), step);
    await expect(wanted).toBeInViewport({ timeout: 100 });
  }).toPass({ timeout: 20_000, intervals: [20] });
}
