/** Light and dark. */
import { expect, test } from "./support/test";
import type { Page } from "./support/test";

/** From 0, black, to 255, white: how bright the page's ground is. */
async function brightness(page: Page): Promise<number> {
  return page.evaluate(() => {
    const grounds = [document.body, document.documentElement].map(
      (one) => getComputedStyle(one).backgroundColor,
    );
    const ground = grounds.find((colour) => !/^rgba\(.*, 0\)$/.test(colour)) ?? "rgb(255, 255, 255)";
    const canvas = document.createElement("canvas").getContext("2d");
    if (canvas === null) throw new Error("no canvas");
    canvas.fillStyle = ground;
    canvas.fillRect(0, 0, 1, 1);
    const [red = 0, green = 0, blue = 0] = canvas.getImageData(0, 0, 1, 1).data;
    return Math.round((red + green + blue) / 3);
  });
}

test("The theme is the system's until one is chosen, which is kept", async ({ open, grid }) => {
  const page = await open({ path: "/settings", colorScheme: "light" });
  const themes = page.getByRole("radiogroup", { name: "Theme" });
  const choose = (theme: string): Promise<void> => themes.locator("label").filter({ hasText: theme }).click();
  await expect(themes.getByRole("radio", { name: "System" })).toBeChecked();
  await expect.poll(() => brightness(page)).toBeGreaterThan(200);
  await page.emulateMedia({ colorScheme: "dark" });
  await expect.poll(() => brightness(page)).toBeLessThan(60);

  await choose("Light");
  await expect(themes.getByRole("radio", { name: "Light" })).toBeChecked();
  await expect.poll(() => brightness(page)).toBeGreaterThan(200);
  await page.reload();
  await expect.poll(() => brightness(page)).toBeGreaterThan(200);
  await expect(themes.getByRole("radio", { name: "Light" })).toBeChecked();

  await choose("Dark");
  await page.emulateMedia({ colorScheme: "light" });
  await page.goto(grid.url(0));
  await expect.poll(() => brightness(page)).toBeLessThan(60);

  await page.goto(grid.url(0, "/settings"));
  await choose("System");
  await expect.poll(() => brightness(page)).toBeGreaterThan(200);
});
