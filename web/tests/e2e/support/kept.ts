/** What the browser keeps of the home feed, to show it without a network. */
import { expect } from "@playwright/test";
import type { Page } from "@playwright/test";

/** Waits until a home feed with this text in it is kept. */
export async function homeIsKept(page: Page, text: string): Promise<void> {
  await expect.poll(() => page.evaluate(keptHomes), { message: "kept home feeds" }).toContain(text);
}

/** In the page: what is kept of all accounts, as JSON. Makes no database, which would be one without its store. */
async function keptHomes(): Promise<string> {
  const databases = await indexedDB.databases();
  if (!databases.some(({ name }) => name === "buzzer")) return "no database yet";
  const done = <T>(request: IDBRequest<T>): Promise<T> =>
    new Promise((resolve, reject) => {
      request.onsuccess = () => {
        resolve(request.result);
      };
      request.onerror = () => {
        reject(new Error(String(request.error)));
      };
    });
  const database = await done(indexedDB.open("buzzer"));
  try {
    const store = database.transaction("kept").objectStore("kept");
    return JSON.stringify(await done(store.getAll(IDBKeyRange.bound("home:", "home;"))));
  } finally {
    database.close();
  }
}
