/** A picture of each page, in both themes, at the size of a phone and of a desktop, into docs/images. */
import { join } from "node:path";
import { ROOT } from "../e2e/support/paths";
import { composer, expectMember } from "../e2e/support/site";
import { expect, logIn, test } from "../e2e/support/test";
import type { Page } from "../e2e/support/test";
import { FRIEND, ME, TOPIC, settle } from "./community";

const IMAGES = join(ROOT, "docs/images");

test("Pictures of all pages", async ({ browser, people, grid }, { project }) => {
  const { me, thread, retimed } = await settle(people);

  async function visit(asMember: boolean): Promise<Page> {
    const context = await browser.newContext({ reducedMotion: "reduce" });
    await context.routeWebSocket(/\/ws$/, (socket) => {
      const node = socket.connectToServer();
      node.onMessage((message) => socket.send(retimed(String(message))));
    });
    if (asMember) await logIn(context, me);
    const page = await context.newPage();
    await page.goto(grid.url(0));
    if (asMember) await expectMember(page);
    return page;
  }

  async function take(page: Page, name: string): Promise<void> {
    for (const theme of ["light", "dark"] as const) {
      await page.emulateMedia({ colorScheme: theme });
      await page.evaluate(() => Promise.allSettled(document.getAnimations().map((one) => one.finished)));
      await page.screenshot({ path: join(IMAGES, `${name}-${project.name}-${theme}.png`), caret: "hide" });
    }
  }

  const page = await visit(true);
  const pages = [
    { name: "home", path: "/", shows: "Last crossing" },
    { name: "user", path: `/@${FRIEND}`, shows: "swifts" },
    { name: "followers", path: `/@${FRIEND}/followers`, shows: ME },
    { name: "topic", path: `/tag/${TOPIC}`, shows: "Rain at last" },
    { name: "thread", path: `/buzz/${thread}`, shows: "hat-shaped" },
    { name: "search", path: "/search?q=q", shows: "quill" },
    { name: "settings", path: "/settings", shows: "Light" },
    { name: "grid", path: "/grid", shows: "Nodes" },
    { name: "mentions", path: "/mentions", shows: "swifts" },
  ];
  for (const { name, path, shows } of pages) {
    await page.goto(grid.url(0, path));
    await expect(page.getByRole("main")).toContainText(shows);
    await take(page, name);
  }
  await page.goto(grid.url(0));
  await expect(page.getByRole("main")).toContainText("Last crossing");
  const text = (await composer(page)).getByRole("textbox", { name: "What is happening?" });
  await text.pressSequentially("Honey for everybody! Thank you @h");
  await expect(page.getByRole("listbox", { name: "Suggestions" })).toBeVisible();
  await take(page, "compose");

  const guest = await visit(false);
  await expect(guest.getByRole("main")).toContainText("Sign up");
  await take(guest, "landing");
  for (const name of ["login", "signup"]) {
    await guest.goto(grid.url(0, `/${name}`));
    await expect(guest.getByLabel("Password", { exact: true })).toBeVisible();
    await take(guest, name);
  }
  await guest.goto(grid.url(0, "/no/such/page"));
  await expect(guest.getByRole("main")).toContainText("There is no such page");
  await take(guest, "not-found");
});
