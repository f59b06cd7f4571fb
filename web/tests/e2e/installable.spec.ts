/** A phone can put it on its home screen. */
import { expect, test } from "./support/test";
import { serviceWorkerReady } from "./support/worker";

interface Manifest {
  readonly name: string;
  readonly start_url: string;
  readonly display: string;
  readonly icons: readonly { src: string; sizes: string; type: string; purpose?: string }[];
}

test("The manifest names icons that are there, and the browser takes it", async ({ open }) => {
  const page = await open();
  const address = await page.locator("link[rel=manifest]").getAttribute("href");
  const answer = await page.request.get(new URL(address ?? "", page.url()).href);
  expect(answer.headers()["content-type"]).toContain("application/manifest+json");
  const manifest = (await answer.json()) as Manifest;
  expect(manifest).toMatchObject({ name: "Buzzer", start_url: "/", display: "standalone" });
  const sizes = manifest.icons.map((icon) => icon.sizes);
  expect(sizes).toEqual(expect.arrayContaining(["192x192", "512x512"]));
  expect(manifest.icons.some((icon) => icon.purpose === "maskable")).toBe(true);
  for (const icon of manifest.icons) {
    const picture = await page.request.get(new URL(icon.src, page.url()).href);
    expect(picture.headers()["content-type"]).toBe(icon.type);
    expect((await picture.body()).length).toBeGreaterThan(100);
  }
  await serviceWorkerReady(page);
  const debug = await page.context().newCDPSession(page);
  const { installabilityErrors } = await debug.send("Page.getInstallabilityErrors");
  // A browser of a test is a private one, in which nothing can be installed.
  expect(installabilityErrors.filter((error) => error.errorId !== "in-incognito")).toEqual([]);
});
