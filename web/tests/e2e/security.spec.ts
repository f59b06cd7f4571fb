/** What users write is text, whatever it looks like; what must stay secret is kept from scripts. */
import { PASSWORD } from "./support/people";
import { buzz, expectMember, feed, heading } from "./support/site";
import { expect, test } from "./support/test";
import type { Page } from "./support/test";

const MARKUP = `<img src=x onerror="window.hit=1"><script>window.hit=1</script><svg/onload=window.hit=1>`;

async function expectUnharmed(page: Page): Promise<void> {
  expect(await page.evaluate(() => "hit" in window)).toBe(false);
  expect(await page.locator("main img[src=x], main script, main svg[onload]").count()).toBe(0);
}

test("Markup in buzzes, addresses and searches is text", async ({ open, people, grid }) => {
  const [ann, bob] = [await people.join("ann"), await people.join("bob")];
  await people.befriend(ann, bob);
  const texts = [
    MARKUP,
    `javascript:window.hit=1 JaVaScRiPt:window.hit=1 data:text/html,<script>window.hit=1</script>`,
    `https://buzzer.example/"onmouseover="window.hit=1 and http://a.example/<b>`,
    `&lt;b&gt; {{7*7}} \${7*7} \u202Eright to left`,
  ];
  await bob.talker.postAll(texts);
  const page = await open({ as: ann });
  await expect(feed(page).getByRole("article")).toHaveCount(4);
  await expect(buzz(page, MARKUP)).toHaveCount(1);
  await expect(buzz(page, "&lt;b&gt; {{7*7}} ${7*7}")).toHaveCount(1);
  const targets = await page
    .locator("article a")
    .evaluateAll((links) => links.map((link) => (link as HTMLAnchorElement).protocol));
  expect(targets.filter((protocol) => !["http:", "https:"].includes(protocol))).toEqual([]);
  await expect(page.locator("article [onmouseover]")).toHaveCount(0);
  await expectUnharmed(page);

  await page.goto(grid.url(0, `/search?q=${encodeURIComponent(MARKUP)}`));
  await expect(heading(page)).toHaveText("Search");
  await expectUnharmed(page);
  // Without dot and slash: those would ask for a file.
  const odd = encodeURIComponent("<img src=x onerror=hit=1>");
  for (const path of [`/@${odd}`, `/tag/${odd}`, `/buzz/${odd}`, `/${odd}`, "/tag/%2525", "/@a%20b"]) {
    await page.goto(grid.url(0, path));
    await expect(heading(page)).toBeVisible();
    await expectUnharmed(page);
  }
});

test("The policy allows neither inline scripts nor strangers, and no frame may hold the page", async ({
  open,
}) => {
  const page = await open();
  for (const path of ["/", "/@anybody", "/sw.js"]) {
    const headers = (await page.request.get(new URL(path, page.url()).href)).headers();
    const policy = headers["content-security-policy"] ?? "";
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain("unsafe");
    expect(policy).toContain("frame-ancestors 'none'");
    expect(headers["x-content-type-options"]).toBe("nosniff");
  }
});

test("No script can read the token or the password", async ({ open, people }) => {
  const ann = await people.join("ann");
  const page = await open({ path: "/login" });
  const form = page.getByRole("main").getByRole("form");
  await form.getByLabel("Name").fill(ann.name);
  await form.getByLabel("Password", { exact: true }).fill(PASSWORD);
  await form.getByRole("button", { name: "Log in", exact: true }).click();
  await expectMember(page);
  await page.reload();
  await expectMember(page);
  const kept = await page.evaluate(async () => {
    const all: unknown[] = [document.cookie, JSON.stringify(localStorage), JSON.stringify(sessionStorage)];
    for (const { name = "" } of await indexedDB.databases()) {
      const database = await new Promise<IDBDatabase>((resolve, reject) => {
        const opening = indexedDB.open(name);
        opening.onsuccess = () => resolve(opening.result);
        opening.onerror = () => reject(new Error(`${name} cannot be opened`));
      });
      for (const store of database.objectStoreNames) {
        all.push(
          await new Promise((resolve) => {
            const reading = database.transaction(store).objectStore(store).getAll();
            reading.onsuccess = () => resolve(reading.result);
          }),
        );
      }
      database.close();
    }
    return JSON.stringify(all);
  });
  expect(kept).toContain(ann.name.toLowerCase());
  expect(kept).not.toContain("bz1.");
  expect(kept).not.toContain(PASSWORD);
  expect(page.url()).not.toContain(PASSWORD);
  const cookies = await page.context().cookies();
  expect(cookies).toHaveLength(1);
  expect(cookies[0]).toMatchObject({ httpOnly: true, sameSite: "Strict" });
});
