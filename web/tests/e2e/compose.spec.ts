/** Writing a buzz: counted, completed, kept, shown at once, and taken back when refused. */
import type { Locator } from "@playwright/test";
import { newName } from "./support/people";
import { buzz, buzzById, chooseMore, composer, feed, write } from "./support/site";
import { expect, test } from "./support/test";
import type { Page } from "./support/test";

async function textbox(page: Page): Promise<Locator> {
  return (await composer(page)).getByRole("textbox", { name: "What is happening?" });
}

test("The counter counts characters as people do, and stops what is empty or too long", async ({
  open,
  people,
}) => {
  const page = await open({ as: await people.join("ann") });
  const form = await composer(page);
  const text = await textbox(page);
  const send = form.getByRole("button", { name: "Buzz", exact: true });
  await text.fill(" \n ");
  await expect(send).toBeDisabled();
  await text.fill("a🐝");
  await expect(form.getByText("498 left")).toBeVisible();
  await expect(send).toBeEnabled();
  await text.fill("🐝".repeat(500));
  await expect(form.getByText("0 left", { exact: true })).toBeVisible();
  await expect(send).toBeEnabled();
  await text.fill("🐝".repeat(501));
  await expect(send).toBeDisabled();
  await text.press("Control+Enter");
  await expect(text).toHaveValue("🐝".repeat(501));
  await text.fill("🐝".repeat(500));
  await send.click();
  await expect(buzz(page, "🐝".repeat(500))).toHaveCount(1);
});

test("Mentions and topics are completed while typing", async ({ open, people }) => {
  const topic = newName("Garden");
  const [ann, bob] = [await people.join("ann"), await people.join("bob")];
  await people.befriend(ann, bob);
  await bob.talker.post(`Look at my #${topic}`);
  const page = await open({ as: ann });
  await expect(buzz(page, topic)).toBeVisible();

  const text = await textbox(page);
  const offered = page.getByRole("listbox", { name: "Suggestions" });
  await text.pressSequentially(`Hello @${bob.name.slice(0, -2).toUpperCase()}`);
  const option = offered.getByRole("option", { name: `@${bob.name}` });
  await expect(option).toBeVisible();
  await text.press("ArrowDown");
  await expect(option).toHaveAttribute("aria-selected", "true");
  expect(await text.getAttribute("aria-activedescendant")).toBe(await option.getAttribute("id"));
  await text.press("Enter");
  await expect(text).toHaveValue(`Hello @${bob.name} `);
  await expect(offered).toBeHidden();

  await text.pressSequentially(`and #${topic.slice(0, 8).toLowerCase()}`);
  await offered.getByRole("option", { name: new RegExp(`^#${topic}$`, "i") }).click();
  await expect(text).toHaveValue(new RegExp(`^Hello @${bob.name} and #${topic} $`, "i"));

  await text.pressSequentially("@bob");
  await expect(offered).toBeVisible();
  await text.press("Escape");
  await expect(offered).toBeHidden();
  await expect(text).toBeVisible();
});

test("A draft is kept across a reload, and gone once it is sent", async ({ open, people }) => {
  const page = await open({ as: await people.join("ann") });
  await (await textbox(page)).fill("Half a thought");
  await page.reload();
  await expect(await textbox(page)).toHaveValue("Half a thought");
  await (await composer(page)).getByRole("button", { name: "Buzz", exact: true }).click();
  await expect(buzz(page, "Half a thought")).toHaveCount(1);
  await page.reload();
  await expect(await textbox(page)).toHaveValue("");
});

test("A buzz shows at once while it is on its way, and stays the one", async ({ open, people, grid }) => {
  const ann = await people.join("ann");
  const page = await open({ as: ann });
  await ann.talker.post("An earlier one");
  await expect(feed(page)).toContainText("An earlier one");
  grid.node(0).freeze();
  await write(page, "On its way");
  await expect(buzz(page, "On its way")).toContainText("Sending …");
  grid.node(0).thaw();
  await expect(buzz(page, "On its way")).not.toContainText("Sending …");
  await expect(buzz(page, "On its way")).toHaveCount(1);
  await expect(buzz(page, "On its way")).toHaveAttribute("data-buzz-id", /^\d+$/);
  // Having stood still, the node may count as gone for a moment.
  await expect(async () => {
    const home = await ann.talker.feed("home", ann.name);
    expect(home.map((one) => one.text)).toEqual(["On its way", "An earlier one"]);
  }).toPass({ timeout: 10_000 });
});

test("What a node refuses says why, and can be mended", async ({ open, people }) => {
  const ann = await people.join("ann");
  const page = await open({ as: ann });
  await write(page, "A bell \u0007 rings");
  const refused = page.getByRole("article").filter({ hasText: "rings" });
  await expect(refused.getByRole("button", { name: "Try again" })).toBeVisible();
  await expect(refused).toContainText(/character/i);
  await refused.getByRole("button", { name: "Try again" }).click();
  await expect(refused.getByRole("button", { name: "Try again" })).toBeVisible();
  await refused.getByRole("button", { name: "Edit" }).click();
  const form = page.getByRole("dialog").getByRole("form", { name: "New buzz" });
  const text = form.getByRole("textbox", { name: "What is happening?" });
  await expect(text).toHaveValue("A bell \u0007 rings");
  await expect(refused).toHaveCount(0);
  await text.fill("A bell rings");
  await form.getByRole("button", { name: "Buzz", exact: true }).click();
  await expect(buzz(page, "A bell rings")).toHaveCount(1);
  await expect(buzz(page, "A bell rings")).toHaveAttribute("data-buzz-id", /^\d+$/);
  expect(await ann.talker.feed("author", ann.name)).toHaveLength(1);
});

test("An edit that is refused is rolled back with a message", async ({ open, people }) => {
  const ann = await people.join("ann");
  const id = await ann.talker.post("As it was");
  const page = await open({ as: ann });
  await chooseMore(page, buzzById(page, id), "Edit");
  await page.getByRole("textbox", { name: "Edit buzz" }).fill("Rung \u0007");
  await page.getByRole("button", { name: "Save" }).click();
  const alert = page.getByRole("alert").filter({ hasText: /character/i });
  await expect(alert).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(buzzById(page, id)).toContainText("As it was");
});
