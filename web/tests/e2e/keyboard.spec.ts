/** Everything can be done without a pointer, and one sees where one is. */
import { PASSWORD } from "./support/people";
import { buzz, expectMember, feed, heading, newBuzzes } from "./support/site";
import { expect, test } from "./support/test";
import type { Locator, Page } from "./support/test";

/** Tab until it has the focus; each stop on the way must be seen. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  for (let stop = 0; stop < 40; stop += 1) {
    await page.keyboard.press("Tab");
    await expectFocusSeen(page);
    if (await wanted.evaluate((element) => element === document.activeElement)) return;
  }
  throw new Error(`${String(wanted)} is not reached by Tab`);
}

async function expectFocusSeen(page: Page): Promise<void> {
  const seen = await page.evaluate(() => {
    const element = document.activeElement;
    // Behind the last stop of a page or dialog the browser's own controls have their turn.
    if (element === null || element === document.body) return "";
    for (
      let one: Element | null = element, depth = 0;
      one !== null && depth < 3;
      one = one.parentElement, depth += 1
    ) {
      const { outlineStyle, outlineWidth, boxShadow } = getComputedStyle(one);
      if ((outlineStyle !== "none" && parseFloat(outlineWidth) >= 2) || boxShadow !== "none") return "";
    }
    return `no focus is seen on <${element.localName} class="${element.className}"> ${element.textContent}`;
  });
  expect(seen).toBe("");
}

/** A part that the page fetches when it is at rest. */
async function partIsThere(page: Page, name: string): Promise<void> {
  const files = (): Promise<string[]> =>
    page.evaluate(() => performance.getEntriesByType("resource").map((file) => file.name));
  await expect.poll(async () => (await files()).some((file) => file.includes(`/assets/${name}-`))).toBe(true);
}

test("One logs in by keyboard alone", async ({ open, people }) => {
  const ann = await people.join("ann");
  const page = await open();
  await expect(page.getByRole("main").getByRole("link", { name: "Log in" }).first()).toBeVisible();
  await page.keyboard.press("Tab");
  const skip = page.getByRole("link", { name: "Skip to content" });
  await expect(skip).toBeFocused();
  await expect(skip).toBeInViewport();
  await page.keyboard.press("Enter");
  await tabTo(page, page.getByRole("main").getByRole("link", { name: "Log in" }).first());
  await page.keyboard.press("Enter");
  await expect(heading(page)).toHaveText("Log in");
  const form = page.getByRole("main").getByRole("form");
  await expect(form.getByLabel("Name")).toBeFocused();
  await page.keyboard.type(ann.name);
  await tabTo(page, form.getByLabel("Password", { exact: true }));
  await page.keyboard.type(PASSWORD);
  await page.keyboard.press("Enter");
  await expectMember(page);
});

test("The keys n, j, k, o, r, . and Escape do what the help says", async ({ open, people }) => {
  const [ann, bob] = [await people.join("ann"), await people.join("bob")];
  await people.befriend(ann, bob);
  await bob.talker.postAll(["The third", "The second", "The first"]);
  const page = await open({ as: ann });
  await expect(feed(page).getByRole("article")).toHaveCount(3);

  await page.keyboard.press("?");
  const help = page.getByRole("dialog", { name: "Keyboard shortcuts" });
  await expect(help).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(help).toBeHidden();

  await page.keyboard.press("j");
  await expect(buzz(page, "The first")).toBeFocused();
  await expectFocusSeen(page);
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(buzz(page, "The third")).toBeFocused();
  await page.keyboard.press("k");
  await expect(buzz(page, "The second")).toBeFocused();

  await page.keyboard.press("r");
  const reply = page.getByRole("textbox", { name: "Your reply" });
  await expect(reply).toBeFocused();
  await page.keyboard.type("jokes on rainy nights? ./");
  await expect(reply).toHaveValue("jokes on rainy nights? ./");
  await page.keyboard.press("Control+Enter");
  await expect(reply).toBeHidden();
  await expect(buzz(page, "jokes on rainy nights? ./")).toHaveAttribute("data-buzz-id", /^\d+$/);

  await buzz(page, "The second").focus();
  await page.keyboard.press("o");
  await expect(page).toHaveURL(/\/buzz\/\d+$/);
  await expect(buzz(page, "jokes on rainy nights")).toBeVisible();
  await page.keyboard.press("g");
  await page.keyboard.press("h");
  await expect(heading(page)).toHaveText("Home");

  await bob.talker.post("A new one");
  await expect(newBuzzes(page, 1)).toBeVisible();
  await page.keyboard.press(".");
  await expect(buzz(page, "A new one")).toBeVisible();

  await page.keyboard.press("n");
  const text = page.getByRole("textbox", { name: "What is happening?" });
  await expect(text).toBeFocused();
  await page.keyboard.type("By keyboard");
  await page.keyboard.press("Control+Enter");
  await expect(buzz(page, "By keyboard")).toHaveAttribute("data-buzz-id", /^\d+$/);
});

test("g and / lead to the pages", async ({ open, people }) => {
  const page = await open({ as: await people.join("ann") });
  await expectMember(page);
  for (const [key, title] of [
    ["m", "Mentions"],
    ["g", "Grid"],
    ["h", "Home"],
  ] as const) {
    await page.keyboard.press("g");
    await page.keyboard.press(key);
    await expect(heading(page)).toHaveText(title);
  }
  await page.keyboard.press("/");
  await expect(page.getByRole("searchbox", { name: "Search" }).and(page.locator(":focus"))).toBeVisible();
});

test("One's own buzz is deleted by keyboard, and the focus goes on to its neighbour", async ({
  open,
  people,
}) => {
  const ann = await people.join("ann");
  await ann.talker.postAll(["First of them", "Second of them", "Third of them"]);
  const page = await open({ as: ann });
  await expect(buzz(page, "Third of them")).toBeVisible();
  await partIsThere(page, "KeptFocus");
  const own = buzz(page, "Second of them");
  await page.keyboard.press("j");
  await page.keyboard.press("j");
  await expect(own).toBeFocused();
  await tabTo(page, own.getByRole("button", { name: "More" }));
  await page.keyboard.press("Enter");
  await expect(page.getByRole("menuitem", { name: "Edit" })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(own.getByRole("button", { name: "More" })).toBeFocused();
  await page.keyboard.press("j");
  await page.keyboard.press("k");
  await expect(own).toBeFocused();
  for (const [gone, next] of [
    ["Second of them", "First of them"],
    ["First of them", "Third of them"],
  ] as const) {
    await tabTo(page, buzz(page, gone).getByRole("button", { name: "More" }));
    await page.keyboard.press("Enter");
    await page.keyboard.press("ArrowDown");
    await expect(page.getByRole("menuitem", { name: "Delete" })).toBeFocused();
    await page.keyboard.press("Enter");
    const question = page.getByRole("alertdialog", { name: "Delete this buzz?" });
    await expect(question).toBeVisible();
    await tabTo(page, question.getByRole("button", { name: "Delete" }));
    await page.keyboard.press("Enter");
    await expect(buzz(page, gone)).toHaveCount(0);
    await expect(buzz(page, next)).toBeFocused();
  }
});

test("From page to page the focus goes into what is new, and back to where it was", async ({
  open,
  people,
}) => {
  const [ann, bob] = [await people.join("ann"), await people.join("bob")];
  await people.befriend(ann, bob);
  await bob.talker.postAll(Array.from({ length: 30 }, (_, number) => `Story ${String(number + 1)}.`));
  const page = await open({ as: ann });
  await expect(buzz(page, "Story 30.")).toBeVisible();
  await partIsThere(page, "PageFocus");
  const within = page.locator("main:focus, main:focus-within");
  for (let presses = 0; presses < 12; presses += 1) await page.keyboard.press("j");
  await expect(buzz(page, "Story 19.")).toBeFocused();
  await page.keyboard.press("o");
  await expect(heading(page)).toHaveText("Buzz");
  await expect(within).toHaveCount(1);
  await page.goBack();
  await expect(buzz(page, "Story 19.")).toBeFocused();
  await buzz(page, "Story 19.")
    .getByRole("link", { name: `@${bob.name}` })
    .first()
    .press("Enter");
  await expect(heading(page)).toHaveText(`@${bob.name}`);
  await expect(within).toHaveCount(1);
});

test("Single-letter shortcuts can be switched off, for good", async ({ open, people }) => {
  const page = await open({ as: await people.join("ann"), path: "/settings" });
  const letters = page.getByRole("switch", { name: "Single-letter shortcuts" });
  await letters.press("Space");
  await expect(letters).not.toBeChecked();
  await page.reload();
  await expect(letters).not.toBeChecked();
  await expectMember(page);
  for (const key of ["?", "g", "h", "n"]) await page.keyboard.press(key);
  await expect(heading(page)).toHaveText("Settings");
  await expect(page.getByRole("dialog")).toHaveCount(0);
  await letters.press("Space");
  await letters.blur();
  await page.keyboard.press("?");
  await expect(page.getByRole("dialog", { name: "Keyboard shortcuts" })).toBeVisible();
});
