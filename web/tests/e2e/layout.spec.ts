/** From 320 px to a wide screen. */
import { GUEST_PAGES, furnish } from "./support/pages";
import { buzz, composer, expectMember, navigation } from "./support/site";
import { expect, test } from "./support/test";
import type { Page } from "./support/test";

/** What sticks out at the right. */
async function tooWide(page: Page): Promise<string[]> {
  return page.evaluate(() => {
    if (document.documentElement.scrollWidth <= innerWidth) return [];
    return [...document.querySelectorAll("body *")]
      .filter((element) => element.getBoundingClientRect().right > innerWidth + 1)
      .map((element) => `<${element.localName} class="${element.getAttribute("class") ?? ""}">`);
  });
}

test("At 320 pixels no page is wider than the screen", async ({ open, people, grid, isPhone }) => {
  test.skip(!isPhone, "a phone's width");
  const viewport = { width: 320, height: 640 };
  const { person, pages } = await furnish(people, "A_word_without_an_end_".repeat(10));
  const [member, guest] = [await open({ as: person, viewport }), await open({ viewport })];
  for (const [page, all] of [
    [member, pages],
    [guest, GUEST_PAGES],
  ] as const) {
    for (const { path, shows } of all) {
      await page.goto(grid.url(0, path));
      await expect(page.getByRole("main")).toContainText(shows);
      expect.soft(await tooWide(page), path).toEqual([]);
    }
  }
  await member.goto(grid.url(0));
  await composer(member);
  expect(await tooWide(member)).toEqual([]);
});

test("A thumb reaches what it needs", async ({ open, people, isPhone }) => {
  test.skip(!isPhone, "a phone's layout");
  const page = await open({ as: await people.join("ann") });
  await expectMember(page);
  const { height } = page.viewportSize() ?? { height: 0 };
  for (const link of await navigation(page).getByRole("link").all()) {
    if (!(await link.isVisible())) continue;
    const box = await link.boundingBox();
    expect(box?.y).toBeGreaterThan(height * 0.8);
    expect(Math.min(box?.height ?? 0, box?.width ?? 0)).toBeGreaterThanOrEqual(44);
  }
  const write = await page.getByRole("button", { name: "New buzz", exact: true }).boundingBox();
  expect(write?.y).toBeGreaterThan(height * 0.6);
});

test("On a wide screen what is read stays a column, beside it what helps", async ({
  open,
  people,
  isPhone,
}) => {
  test.skip(isPhone, "a desktop's layout");
  const ann = await people.join("ann");
  await ann.talker.post("A line. ".repeat(40));
  const page = await open({ as: ann, viewport: { width: 1920, height: 1080 } });
  const article = await buzz(page, "A line.").boundingBox();
  expect(article?.width).toBeLessThanOrEqual(700);
  await expect(page.getByRole("complementary").first()).toBeVisible();
  await expect(page.getByRole("main")).toHaveCount(1);
  expect(await tooWide(page)).toEqual([]);
});

test("Times are told as they pass", async ({ open, people }) => {
  const ann = await people.join("ann");
  await ann.talker.post("Time flies");
  const page = await open({ path: `/@${ann.name}`, as: ann });
  await page.clock.install();
  await page.reload();
  const time = buzz(page, "Time flies").locator("time");
  await expect(time).toHaveAttribute("datetime", /^\d{4}-\d\d-\d\dT.*Z$/);
  const before = await time.innerText();
  await page.clock.fastForward("10:00");
  await expect(time).not.toHaveText(before);
  await expect(time).toContainText(/10|11/);
});
