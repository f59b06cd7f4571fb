/** Searching: people as one types, topics. */
import { newName } from "./support/people";
import { heading, navigation } from "./support/site";
import { expect, test } from "./support/test";

test("People are found as one types, and the address keeps the search", async ({ open, people }) => {
  const kind = newName("q");
  const found = [await people.join(`${kind}_a`), await people.join(`${kind}_b`, { node: 1 })];
  const page = await open();
  await navigation(page).getByRole("link", { name: "Search" }).click();
  await expect(heading(page)).toHaveText("Search");
  const main = page.getByRole("main");
  const box = main.getByRole("searchbox", { name: "Search" });
  await box.pressSequentially(kind.toUpperCase());
  const list = main.getByRole("list", { name: "People" });
  await expect(list.getByRole("listitem")).toHaveCount(2);
  for (const person of found)
    await expect(list.getByRole("link", { name: `@${person.name}` }).first()).toBeVisible();
  await expect(page).toHaveURL(/\/search\?q=/);
  await page.reload();
  await expect(box).toHaveValue(new RegExp(kind, "i"));
  await expect(list.getByRole("listitem")).toHaveCount(2);
  await box.press("End");
  await box.pressSequentially("_a");
  await expect(list.getByRole("listitem")).toHaveCount(1);
  await list.getByRole("link").first().click();
  await expect(heading(page)).toHaveText(new RegExp(`^@${kind}_a`));
  await page.goBack();
  await expect(box).toHaveValue(new RegExp(`${kind}_a`, "i"));
});

test("A topic is found by its name", async ({ open, people }) => {
  const ann = await people.join("ann");
  const topic = newName("rare");
  await ann.talker.post(`About #${topic}`);
  const page = await open({ as: ann, path: "/search" });
  const main = page.getByRole("main");
  await main.getByRole("searchbox", { name: "Search" }).fill(`#${topic}`);
  await main
    .getByRole("list", { name: "Topics" })
    .getByRole("link", { name: `#${topic}` })
    .first()
    .click();
  await expect(heading(page)).toHaveText(`#${topic}`);
  await expect(page.getByRole("article")).toContainText("About");
});

test("What is not there is not found, and that is said", async ({ open }) => {
  const page = await open({ path: "/search" });
  await page.getByRole("main").getByRole("searchbox", { name: "Search" }).fill("zzzz_nobody");
  await expect(page.getByRole("main")).toContainText(/nobody|no one|no people/i);
});
