/** Reading long lists, in the page itself: a frame for each step, however slow the machine is. */
import { expect } from "@playwright/test";
import type { Page } from "@playwright/test";

const DEADLINE_MS = 30_000;

/**
 * Of each buzz the first part that fits, in the order in which somebody meets them who scrolls from the top down to the
 * first buzz with `last` in it. No buzz may stand there twice.
 */
export async function readThrough(page: Page, part: RegExp, last: string): Promise<string[]> {
  await page.evaluate(() => {
    scrollTo(0, 0);
  });
  await expect.poll(() => page.evaluate(() => scrollY)).toBe(0);
  const texts = await page.evaluate(
    async ([wanted, deadline]) => {
      const met = new Map<string, string>();
      for (const end = performance.now() + deadline; performance.now() < end;) {
        // What a list that is drawn in parts has in the page need not stand there in its order.
        const shown = [...document.querySelectorAll("article[data-buzz-id]")]
          .map((article) => ({ article, top: article.getBoundingClientRect().top }))
          .sort((one, other) => one.top - other.top)
          .map(({ article }) => ({
            id: article.getAttribute("data-buzz-id") ?? "",
            text: article.textContent,
          }));
        if (new Set(shown.map(({ id }) => id)).size !== shown.length)
          throw new Error("a buzz stands there twice");
        for (const { id, text } of shown) if (!met.has(id)) met.set(id, text);
        if (shown.some(({ text }) => text.includes(wanted))) return [...met.values()];
        scrollBy(0, innerHeight * 0.8);
        for (let frame = 0; frame < 2; frame += 1)
          await new Promise((resolve) => requestAnimationFrame(resolve));
      }
      throw new Error(
        `${wanted} is not reached; the last that was met: ${[...met.values()].at(-1) ?? "nothing"}`,
      );
    },
    [last, DEADLINE_MS] as const,
  );
  return texts.map((text) => part.exec(text)?.[0] ?? text);
}

/** Goes to the end, and on as more comes, until `last` is there. The most articles that were in the page at a time. */
export async function runToEnd(page: Page, last: string, deadlineMs: number): Promise<number> {
  return page.evaluate(
    async ([wanted, deadline]) => {
      let most = 0;
      for (const end = performance.now() + deadline; performance.now() < end;) {
        scrollTo(0, document.documentElement.scrollHeight);
        await new Promise((resolve) => requestAnimationFrame(resolve));
        const articles = [...document.querySelectorAll("article")];
        most = Math.max(most, articles.length);
        if (articles.some((article) => article.textContent.includes(wanted))) return most;
      }
      throw new Error(`${wanted} is not reached`);
    },
    [last, deadlineMs] as const,
  );
}
