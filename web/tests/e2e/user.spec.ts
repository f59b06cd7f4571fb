/** A user's page: who it is, who follows whom, what they write. */
import { buzz, chooseMore, feed, heading, newBuzzes } from "./support/site";
import { expect, test } from "./support/test";
import type { Page } from "./support/test";

async function expectCounts(page: Page, buzzes: string, followers: string, following: string): Promise<void> {
  for (const count of [buzzes, followers, following]) {
    await expect(page.getByRole("main").getByText(count, { exact: true }).first()).toBeVisible();
  }
}

test("Following and unfollowing counts, and fills the home feed", async ({ open, people, grid }) => {
  const [ann, bob] = [await people.join("ann"), await people.join("bob", { node: 1 })];
  await bob.talker.postAll(["Bob's first", "Bob's second"]);
  const page = await open({ as: ann, path: `/@${bob.name}` });
  await expect(heading(page)).toHaveText(`@${bob.name}`);
  await expectCounts(page, "2 buzzes", "0 followers", "0 following");
  await expect(feed(page, `Buzzes of @${bob.name}`).getByRole("article")).toHaveCount(2);

  await page.getByRole("button", { name: "Follow", exact: true }).click();
  await expect(page.getByRole("button", { name: "Unfollow", exact: true })).toBeVisible();
  await expectCounts(page, "2 buzzes", "1 follower", "0 following");
  await page.getByRole("link", { name: "1 follower" }).click();
  await expect(page).toHaveURL(grid.url(0, `/@${bob.name}/followers`));
  const followers = page.getByRole("list", { name: `Followers of @${bob.name}` });
  await expect(followers.getByRole("link", { name: `@${ann.name}` }).first()).toBeVisible();

  await page.goto(grid.url(0));
  await expect(buzz(page, "Bob's second")).toBeVisible();
  await bob.talker.post("Bob's third");
  await newBuzzes(page, 1).click();
  await expect(buzz(page, "Bob's third")).toBeVisible();

  await page.goto(grid.url(0, `/@${bob.name}`));
  await expectCounts(page, "3 buzzes", "1 follower", "0 following");
  await page.getByRole("button", { name: "Unfollow", exact: true }).click();
  await expect(page.getByRole("button", { name: "Follow", exact: true })).toBeVisible();
  await expectCounts(page, "3 buzzes", "0 followers", "0 following");
  await page.goto(grid.url(0));
  await expect(page.getByRole("main").getByRole("link", { name: "Find people" })).toBeVisible();
  await expect(page.getByText("Bob's")).toHaveCount(0);
});

test("A home feed of nothing but somebody's buzzes is empty once one does not follow them", async ({
  open,
  people,
  grid,
}) => {
  const [ann, bob] = [await people.join("ann"), await people.join("bob")];
  await bob.talker.postAll(Array.from({ length: 60 }, (_, number) => `Bob's ${String(number)}`));
  await ann.talker.ask({ type: "follow", name: bob.name });
  const page = await open({ as: ann });
  await expect(buzz(page, "Bob's 59")).toBeVisible();
  await ann.talker.ask({ type: "unfollow", name: bob.name });
  await expect(page.getByRole("main").getByRole("link", { name: "Find people" })).toBeVisible();
  await expect(page).toHaveURL(grid.url(0));
});

test("Long lists of followers are read page by page, and from each one can be followed", async ({
  open,
  people,
}) => {
  test.setTimeout(90_000);
  const star = await people.join("star");
  const fans = await Promise.all(Array.from({ length: 60 }, () => people.join("fan")));
  await Promise.all(fans.map((fan) => fan.talker.ask({ type: "follow", name: star.name })));
  const [fan] = fans;
  if (fan === undefined) throw new Error("no fans");
  const ann = await people.join("ann");
  const page = await open({ as: ann, path: `/@${star.name}/followers` });
  const list = page.getByRole("list", { name: `Followers of @${star.name}` });
  const last =
    fans
      .map((one) => one.name)
      .sort()
      .at(-1) ?? "";
  await expect(async () => {
    await page.evaluate(() => scrollTo(0, document.documentElement.scrollHeight));
    await expect(list.getByRole("link", { name: `@${last}` }).first()).toBeInViewport({ timeout: 100 });
  }).toPass({ timeout: 10_000, intervals: [50] });
  // At the very end nothing lies over the last one.
  await page.evaluate(() => {
    scrollTo(0, document.documentElement.scrollHeight);
  });
  await list.getByRole("button", { name: `Follow @${last}` }).click();
  await expect(list.getByRole("button", { name: `Unfollow @${last}` })).toBeVisible();
  await expect
    .poll(async () =>
      (await ann.talker.ask({ type: "get_followees", name: ann.name })).users.map((one) => one.name),
    )
    .toEqual([last]);
});

test("Whom one follows on one device one follows on the other", async ({ open, people, grid }) => {
  const [ann, bob] = [await people.join("ann"), await people.join("bob")];
  const [phone, desk] = [await open({ as: ann }), await open({ as: ann, node: 1, path: `/@${bob.name}` })];
  await expect(desk.getByRole("button", { name: "Follow", exact: true })).toBeVisible();
  await phone.goto(grid.url(0, `/@${bob.name}`));
  await phone.getByRole("button", { name: "Follow", exact: true }).click();
  await expect(desk.getByRole("button", { name: "Unfollow", exact: true })).toBeVisible();
});

test("A user's page is live, and one's own offers no following", async ({ open, people }) => {
  const ann = await people.join("ann");
  await ann.talker.post("An old one");
  const [own, guest] = [
    await open({ as: ann, path: `/@${ann.name}` }),
    await open({ node: 1, path: `/@${ann.name}` }),
  ];
  await expect(buzz(own, "An old one")).toBeVisible();
  await expect(buzz(guest, "An old one")).toBeVisible();
  await expect(own.getByRole("button", { name: "Follow", exact: true })).toHaveCount(0);
  await chooseMore(own, buzz(own, "An old one"), "Delete");
  await own.getByRole("alertdialog").getByRole("button", { name: "Delete" }).click();
  await expect(buzz(own, "An old one")).toHaveCount(0);
  await expectCounts(own, "0 buzzes", "0 followers", "0 following");
});

test("Of somebody who is not there the page says so", async ({ open }) => {
  const page = await open({ path: "/@nobody_at_all" });
  await expect(page.getByRole("main")).toContainText("There is no @nobody_at_all");
});
