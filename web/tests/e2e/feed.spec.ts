/** Reading a long feed: to its end, fast, and back to where one was. */
import type { Locator } from "@playwright/test";
import { beingRead, buzz, buzzById, feed, heading, newBuzzes, scrollUntil, topOf } from "./support/site";
import { readThrough, runToEnd } from "./support/reading";
import { expect, test } from "./support/test";
import type { Page } from "./support/test";

const MANY = process.env.BUZZER_TEST_FULL === "1" ? 10_000 : 3_000;
/** However long a feed is, so many of its buzzes are in the page at most. */
const MOST_IN_PAGE = 120;

function numbered(count: number): string[] {
  return Array.from({ length: count }, (_, number) => `Number ${String(number + 1)}.`);
}

/** Where it was read before, give or take a rounding. */
async function expectAt(article: Locator, top: number): Promise<void> {
  await expect.poll(async () => Math.abs((await topOf(article)) - top)).toBeLessThanOrEqual(2);
}

test("Scrolling down goes on until the oldest buzz, each once", async ({ open, people }) => {
  const ann = await people.join("ann");
  await ann.talker.postAll(numbered(130));
  const page = await open({ as: ann });
  await expect(buzz(page, "Number 130.")).toBeVisible();
  expect(await readThrough(page, /Number \d+\./, "Number 1.")).toEqual(numbered(130).reverse());
  await expect(buzz(page, "Number 1.")).toBeVisible();
});

test(`A feed stays fast with ${String(MANY)} buzzes`, async ({ open, people, isPhone }) => {
  test.skip(isPhone && MANY > 3_000, "the same list at another size");
  test.setTimeout(MANY * 20 + 60_000);
  const [ann, bob] = [await people.join("ann"), await people.join("bob")];
  await people.befriend(ann, bob);
  await ann.talker.postAll(numbered(MANY));
  const page = await open({ as: ann });
  await expect(buzz(page, `Number ${String(MANY)}.`)).toBeVisible();
  expect(await runToEnd(page, "Number 1.", MANY * 15)).toBeLessThan(MOST_IN_PAGE);

  const median = await page.evaluate(async () => {
    const frames: number[] = [];
    let last = performance.now();
    for (let step = 0; step < 60; step += 1) {
      scrollBy(0, step < 30 ? -400 : 300);
      await new Promise((resolve) => requestAnimationFrame(resolve));
      frames.push(performance.now() - last);
      last = performance.now();
    }
    return frames.sort((a, b) => a - b)[frames.length / 2] ?? Infinity;
  });
  expect(median, "the median of frames while scrolling, in milliseconds").toBeLessThan(100);
  expect(await page.getByRole("article").count()).toBeLessThan(MOST_IN_PAGE);

  const read = await beingRead(page);
  await bob.talker.post("And one more");
  await expect(newBuzzes(page, 1)).toBeInViewport();
  await expectAt(buzzById(page, read.id), read.top);
  await newBuzzes(page, 1).click();
  await expect(buzz(page, "And one more")).toBeInViewport();
});

async function readOnAndOpen(page: Page): Promise<{ id: string; top: number }> {
  await expect(feed(page).getByRole("article").first()).toBeVisible();
  await scrollUntil(page, buzz(page, "Number 40."), 400);
  const read = await beingRead(page);
  const link = buzzById(page, read.id)
    .getByRole("link")
    .filter({ has: page.locator("time") });
  // By the pointer itself: click() may scroll first, and what is asked here is where one was.
  const box = await link.boundingBox();
  if (box === null) throw new Error("the link is not shown");
  await page.mouse.click(box.x + box.width / 2, box.y + box.height / 2);
  await expect(page).toHaveURL(new RegExp(`/buzz/${read.id}$`));
  await expect(heading(page)).toHaveText("Buzz");
  return read;
}

test("Back leads to the very place, also when something new has come", async ({ open, people }) => {
  const [ann, bob] = [await people.join("ann"), await people.join("bob")];
  await people.befriend(ann, bob);
  await ann.talker.postAll(numbered(120));
  const page = await open({ as: ann });
  const read = await readOnAndOpen(page);
  await page.goBack();
  await expectAt(buzzById(page, read.id), read.top);
  await page.goForward();
  await expect(heading(page)).toHaveText("Buzz");
  await bob.talker.post("Meanwhile");
  await page.goBack();
  await expectAt(buzzById(page, read.id), read.top);
  await expect(newBuzzes(page, 1)).toBeVisible();
  await expectAt(buzzById(page, read.id), read.top);
});

test("A reload leads to the same place", async ({ open, people }) => {
  const ann = await people.join("ann");
  await ann.talker.postAll(numbered(60));
  const page = await open({ as: ann });
  await expect(buzz(page, "Number 60.")).toBeVisible();
  await scrollUntil(page, buzz(page, "Number 40."), 400);
  const read = await beingRead(page);
  await page.reload();
  await expectAt(buzzById(page, read.id), read.top);
});

test("Addresses can be shared: what one sees another sees, logged in or not", async ({
  open,
  people,
  grid,
}) => {
  const [ann, bob] = [await people.join("ann"), await people.join("bob")];
  const root = await ann.talker.post("Shared with #everybody");
  const reply = await bob.talker.post("A reply", root);
  const page = await open({ as: ann });
  await buzz(page, "Shared with").getByRole("link", { name: "#everybody" }).click();
  await expect(heading(page)).toHaveText("#everybody");
  const paths = [
    { path: new URL(page.url()).pathname, title: "#everybody", text: "Shared with" },
    { path: `/@${ann.name}`, title: `@${ann.name}`, text: "Shared with" },
    { path: `/buzz/${reply}`, title: "Buzz", text: "A reply" },
    { path: `/search?q=${ann.name}`, title: "Search", text: `@${ann.name}` },
  ];
  const other = await open({ node: 2, path: "/grid" });
  await expect(heading(other)).toHaveText("Grid");
  for (const { path, title, text } of paths) {
    await other.goto(grid.url(2, path));
    await expect(heading(other)).toHaveText(title);
    await expect(other.getByRole("main")).toContainText(text);
    await expect(other).toHaveTitle(`${title} · Buzzer`);
  }
  await other.goto(grid.url(2, "/no/such/page"));
  await expect(other.getByRole("main")).toContainText("There is no such page");
  await other.getByRole("main").getByRole("link").first().click();
  await expect(other).toHaveURL(grid.url(2));
});
