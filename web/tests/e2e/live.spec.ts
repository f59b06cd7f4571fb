/** What others do shows by itself, and disturbs nobody who reads. */
import { beingRead, buzz, buzzById, feed, newBuzzes, shownIds, write } from "./support/site";
import { expect, test } from "./support/test";

test("Two browsers on two nodes talk to each other", async ({ open, people }) => {
  const [ann, bob] = [await people.join("ann"), await people.join("bob", { node: 1 })];
  await people.befriend(ann, bob);
  await Promise.all([ann.talker.post("Ann is here"), bob.talker.post("Bob is here")]);
  const [hers, his] = [await open({ as: ann, node: 0 }), await open({ as: bob, node: 1 })];
  await Promise.all([hers, his].map((page) => expect(feed(page).getByRole("article")).toHaveCount(2)));

  await write(hers, "How are you, Bob?");
  await newBuzzes(his, 1).click();
  await buzz(his, "How are you, Bob?").getByRole("button", { name: "Reply" }).click();
  await his.getByRole("textbox", { name: "Your reply" }).fill("Fine, thanks.");
  await his.getByRole("button", { name: "Reply", exact: true }).last().click();

  await newBuzzes(hers, 1).click();
  await expect(feed(hers).getByRole("article").first()).toContainText("Fine, thanks.");
  await write(hers, "Good.");
  await newBuzzes(his, 1).click();
  await expect(feed(his).getByRole("article").first()).toContainText("Good.");
});

test("New buzzes announce themselves above the fold and move nothing", async ({ open, people }) => {
  const [ann, bob] = [await people.join("ann"), await people.join("bob", { node: 1 })];
  await people.befriend(ann, bob);
  await bob.talker.postAll(Array.from({ length: 30 }, (_, number) => `Story ${String(number + 1)}`));
  const page = await open({ as: ann });
  await expect(buzz(page, "Story 30")).toBeVisible();
  await page.evaluate(() => scrollTo(0, 900));
  await expect(buzz(page, "Story 30")).not.toBeInViewport();
  const read = await beingRead(page);

  await bob.talker.postAll(["News one", "News two", "News three"]);
  await expect(newBuzzes(page, 3)).toBeInViewport();
  await expect(page.locator("[aria-live=polite]").filter({ hasText: /^\d new buzz/ })).toHaveCount(1);
  expect((await buzzById(page, read.id).boundingBox())?.y).toBeCloseTo(read.top, 0);
  await expect(page.getByText("News one")).toHaveCount(0);

  await newBuzzes(page, 3).click();
  await expect(buzz(page, "News three")).toBeInViewport();
  await expect(page.getByRole("button", { name: /^\d+ new buzz/ })).toHaveCount(0);
  const texts = await feed(page).getByRole("article").allInnerTexts();
  expect(texts.slice(0, 4).map((text) => /News \w+|Story \d+/.exec(text)?.[0])).toEqual([
    "News three",
    "News two",
    "News one",
    "Story 30",
  ]);
  const ids = await shownIds(page);
  expect(new Set(ids).size).toBe(ids.length);
});

test("One's own buzz from elsewhere shows at once, and nobody's shows twice", async ({ open, people }) => {
  const ann = await people.join("ann");
  await ann.talker.post("The first");
  const page = await open({ as: ann });
  await expect(buzz(page, "The first")).toBeVisible();
  const elsewhere = await people.connect(ann, 2);
  await elsewhere.post("From another device");
  await expect(buzz(page, "From another device")).toHaveCount(1);
  await expect(newBuzzes(page, 1)).toHaveCount(0);
});
