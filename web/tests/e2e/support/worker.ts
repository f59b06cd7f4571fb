/** The service worker. */
import { expect } from "@playwright/test";
import type { Page } from "@playwright/test";

/** It is active, serves this page, and has kept what it needs to start without a network. */
export async function serviceWorkerReady(page: Page): Promise<void> {
  await page.evaluate(async () => {
    await navigator.serviceWorker.ready;
  });
  await expect.poll(() => page.evaluate(() => navigator.serviceWorker.controller?.state)).toBe("activated");
  const missing = (): Promise<string[]> =>
    page.evaluate(async () => {
      const worker = await (await fetch("/sw.js")).text();
      const files = [...new Set(worker.match(/\/assets\/[\w.-]+/g))];
      const kept = await Promise.all(files.map((file) => caches.match(file)));
      return files.length === 0 ? ["nothing"] : files.filter((_, at) => kept[at] === undefined);
    });
  await expect.poll(missing).toEqual([]);
}
