/** Behind a reverse proxy that speaks TLS for the nodes, on an address without a path: https, wss. */
import { chromium } from "@playwright/test";
import { PASSWORD } from "./support/people";
import { buzz, expectMember, newBuzzes, write } from "./support/site";
import { expect, test } from "./support/test";
import { TlsProxy } from "./support/tls-proxy";

test("Behind a TLS proxy everything works, also when the node behind it dies", async ({
  people,
  grid,
  guard,
  launchOptions,
  viewport,
}) => {
  guard.expectConnectionLoss();
  const ann = await people.join("ann", { node: 1, notAtHomeOn: 0 });
  const bob = await people.join("bob", { node: 1, notAtHomeOn: 0 });
  await people.befriend(ann, bob);
  await bob.talker.post("Before");
  const proxy = await TlsProxy.start(grid.ports);
  guard.allow(proxy.host);
  // A browser that trusts the proxy's self-made certificate, for its service worker too.
  const args = [...(launchOptions.args ?? []), "--ignore-certificate-errors"];
  const browser = await chromium.launch({ ...launchOptions, args });
  try {
    const context = await browser.newContext({ viewport });
    await guard.watch(context);
    const page = await context.newPage();
    const sockets: string[] = [];
    page.on("websocket", (socket) => sockets.push(socket.url()));
    await page.goto(`https://${proxy.host}/login`);
    const form = page.getByRole("main").getByRole("form");
    await form.getByLabel("Name").fill(ann.name);
    await form.getByLabel("Password", { exact: true }).fill(PASSWORD);
    await form.getByRole("button", { name: "Log in", exact: true }).click();
    await expectMember(page);
    await expect(buzz(page, "Before")).toBeVisible();
    expect(await context.cookies()).toEqual([expect.objectContaining({ httpOnly: true, secure: true })]);
    await page.reload();
    await expectMember(page);
    await expect(buzz(page, "Before")).toBeVisible();

    await bob.talker.post("Live, through the proxy");
    await newBuzzes(page, 1).click();
    await expect(buzz(page, "Live, through the proxy")).toBeVisible();
    await grid.kill(0);
    await write(page, "Still here");
    await expect(buzz(page, "Still here")).toHaveAttribute("data-buzz-id", /^\d+$/);
    expect((await bob.talker.feed("home", bob.name))[0]?.text).toBe("Still here");
    expect(sockets.filter((url) => url !== `wss://${proxy.host}/ws`)).toEqual([]);
  } finally {
    await browser.close();
    await proxy.stop();
    await grid.heal();
  }
});
