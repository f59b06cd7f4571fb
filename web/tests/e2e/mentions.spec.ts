/** Mentions: counted until they are looked at. */
import { buzz, expectMember, feed, navigation } from "./support/site";
import { expect, test } from "./support/test";

test("Unread mentions are counted in the title and the navigation until they are looked at", async ({
  open,
  people,
  grid,
}) => {
  const [ann, bob] = [await people.join("ann"), await people.join("bob", { node: 1 })];
  const page = await open({ as: ann });
  await expectMember(page);
  await expect(page).toHaveTitle("Home · Buzzer");
  await bob.talker.post(`Hello @${ann.name}`);
  await expect(navigation(page).getByRole("link", { name: "Mentions, 1 unread" })).toBeVisible();
  await expect(page).toHaveTitle("(1) Home · Buzzer");
  await bob.talker.post(`Are you there, @${ann.name.toUpperCase()}?`);
  await expect(navigation(page).getByRole("link", { name: "Mentions, 2 unread" })).toBeVisible();
  await expect(page).toHaveTitle("(2) Home · Buzzer");
  await page.reload();
  await expect(page).toHaveTitle("(2) Home · Buzzer");
  await bob.talker.post(`Well, @${ann.name}...`);
  await expect(page).toHaveTitle("(3) Home · Buzzer");

  await navigation(page).getByRole("link", { name: "Mentions, 3 unread" }).click();
  await expect(feed(page, "Mentions").getByRole("article")).toHaveCount(3);
  await expect(navigation(page).getByRole("link", { name: "Mentions", exact: true })).toBeVisible();
  await expect(page).toHaveTitle("Mentions · Buzzer");

  await page.goto(grid.url(0));
  await expect(buzz(page, "Hello")).toBeVisible();
  await expect(navigation(page).getByRole("link", { name: "Mentions", exact: true })).toBeVisible();
  await expect(page).toHaveTitle("Home · Buzzer");
});

test("Who is mentioned is a link, wherever in the text it stands", async ({ open, people }) => {
  const [ann, bob] = [await people.join("ann"), await people.join("bob")];
  await bob.talker.post(`🐝🐝 @${ann.name}: see https://buzzer.example/a?b=1&c=2 about #bees.`);
  const page = await open({ as: ann });
  const card = buzz(page, "see");
  await expect(card.getByRole("link", { name: "#bees", exact: true })).toHaveAttribute("href", "/tag/bees");
  const outside = card.getByRole("link", { name: /buzzer\.example/ });
  await expect(outside).toHaveAttribute("href", "https://buzzer.example/a?b=1&c=2");
  await expect(outside).toHaveAttribute("rel", /noopener/);
  await card.getByRole("link", { name: `@${ann.name}`, exact: true }).click();
  await expect(page).toHaveURL(new RegExp(`/@${ann.name}$`));
});
