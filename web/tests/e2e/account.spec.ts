/** Accounts: signing up, logging in and out, and what happens to who is not logged in. */
import { PASSWORD, newName } from "./support/people";
import { expectGuest, expectMember, feed, heading, navigation, write } from "./support/site";
import { expect, test } from "./support/test";
import type { Page } from "./support/test";

async function fillIn(
  page: Page,
  name: string,
  password: string,
  button: "Log in" | "Sign up",
): Promise<void> {
  const form = page.getByRole("main").getByRole("form");
  await form.getByLabel("Name").fill(name);
  await form.getByLabel("Password", { exact: true }).fill(password);
  await form.getByRole("button", { name: button, exact: true }).click();
}

test("Signing up leads home, and outlives a reload", async ({ open }) => {
  const page = await open();
  await page.getByRole("link", { name: "Sign up" }).first().click();
  await expect(page).toHaveURL(/\/signup$/);
  await expect(heading(page)).toHaveText("Sign up");
  const name = newName("Ann");
  await fillIn(page, name, PASSWORD, "Sign up");
  await expect(page).toHaveURL(/:\d+\/$/);
  await expect(heading(page)).toHaveText("Home");
  await expectMember(page);
  await page.reload();
  await expectMember(page);
  await expect(navigation(page).getByRole("link", { name: "Profile" })).toHaveAttribute("href", `/@${name}`);
});

test("A name that is taken is refused beside the form", async ({ open, people }) => {
  const ann = await people.join("ann");
  const page = await open({ path: "/signup" });
  await fillIn(page, ann.name.toUpperCase(), PASSWORD, "Sign up");
  await expect(page.getByRole("main").getByRole("alert")).toContainText(/taken/i);
  await expect(page).toHaveURL(/\/signup$/);
});

test("A wrong password is refused, the right one leads where one wanted to go", async ({ open, people }) => {
  const ann = await people.join("ann");
  const page = await open({ path: "/mentions" });
  await expect(page).toHaveURL(/\/login\?next=(%2F|\/)mentions$/);
  await fillIn(page, ann.name, "wrong horse", "Log in");
  await expect(page.getByRole("main").getByRole("alert")).toContainText(/password/i);
  await fillIn(page, ann.name, PASSWORD, "Log in");
  await expect(page).toHaveURL(/\/mentions$/);
  await expect(heading(page)).toHaveText("Mentions");
});

test("After the log-in nobody is led to another site", async ({ open, people }) => {
  const ann = await people.join("ann");
  const page = await open({ path: "/login?next=//example.com/" });
  await fillIn(page, ann.name, PASSWORD, "Log in");
  await expectMember(page);
  await expect(page).toHaveURL(/^http:\/\/127\.0\.0\.1:/);
});

/** All that this browser has kept of the client's, but the cookie. */
async function keptBy(page: Page): Promise<string> {
  return page.evaluate(async () => {
    const kept: unknown[] = [Object.entries(localStorage), Object.entries(sessionStorage)];
    for (const { name } of await indexedDB.databases()) {
      if (name === undefined) continue;
      const done = <T>(request: IDBRequest<T>): Promise<T> =>
        new Promise((resolve, reject) => {
          request.onsuccess = () => resolve(request.result);
          request.onerror = () => reject(request.error ?? new Error(name));
        });
      const database = await done(indexedDB.open(name));
      for (const store of database.objectStoreNames) {
        const all = database.transaction(store).objectStore(store);
        kept.push(await done(all.getAllKeys()), await done(all.getAll()));
      }
      database.close();
    }
    return JSON.stringify(kept);
  });
}

test("Logging out ends the session, and this browser forgets the account", async ({ open, people, grid }) => {
  const ann = await people.join("ann");
  await ann.talker.post("A buzz that this browser has kept");
  const page = await open({ as: ann });
  await expect(feed(page).getByText("A buzz that this browser has kept")).toBeVisible();
  await write(page, "Another one");
  await expect(feed(page).getByText("Another one")).toBeVisible();
  await expect.poll(() => keptBy(page)).toContain("A buzz that this browser has kept");
  await page.goto(grid.url(0, "/settings"));
  await page.getByRole("button", { name: "Log out" }).click();
  await expectGuest(page);
  await expect.poll(() => keptBy(page)).not.toContain(ann.name);
  expect(await keptBy(page)).not.toContain("A buzz that this browser has kept");

  await page.goto(grid.url(0));
  await expectGuest(page);
  const later = await people.talk(1);
  await expect(later.ask({ type: "authenticate", token: ann.token })).rejects.toThrow(/session_ended/);
});
