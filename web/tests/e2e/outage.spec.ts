/** Nodes that die, networks that are gone, tabs that stand still: nothing is lost, nothing comes twice. */
import { homeIsKept } from "./support/kept";
import { readThrough } from "./support/reading";
import { buzz, expectMember, feed, newBuzzes, write } from "./support/site";
import { expect, test } from "./support/test";
import { serviceWorkerReady } from "./support/worker";

test("kill -9 of the node in use: the conversation goes on elsewhere, without gap or repeat", async ({
  open,
  people,
  grid,
  guard,
}) => {
  guard.expectConnectionLoss();
  const ann = await people.join("ann", { node: 1, notAtHomeOn: 0 });
  const bob = await people.join("bob", { node: 1, notAtHomeOn: 0 });
  await people.befriend(ann, bob);
  await bob.talker.post("Number 0.");
  const page = await open({ as: ann, node: 0 });
  await expect(buzz(page, "Number 0.")).toBeVisible();
  await serviceWorkerReady(page);

  const talk = { goesOn: true, last: 0 };
  const talking = (async () => {
    while (talk.goesOn) await bob.talker.post(`Number ${String((talk.last += 1))}.`);
  })();
  const saidSoFar = (): number => talk.last;
  await expect.poll(saidSoFar).toBeGreaterThan(20);
  await expect(page.getByRole("button", { name: /^\d+ new buzz/ })).toBeVisible();
  await grid.kill(0);
  await write(page, "Written when the node had just died");
  await expect(buzz(page, "Written when the node had just died")).toHaveAttribute("data-buzz-id", /^\d+$/);
  await expect.poll(saidSoFar).toBeGreaterThan(talk.last + 20);
  talk.goesOn = false;
  await talking;
  await bob.talker.post("The end.");

  const telling = /Number \d+\.|The end\.|Written when/;
  const home = async (): Promise<(string | undefined)[]> =>
    (await ann.talker.wholeHome(ann.name)).map((one) => telling.exec(one.text)?.[0]);
  await expect.poll(async () => (await home()).length).toBe(talk.last + 3);
  const truth = await home();
  expect(truth.filter((text) => text === "Written when")).toHaveLength(1);
  await expect(async () => {
    const button = page.getByRole("button", { name: /^\d+ new buzz/ });
    if (await button.isVisible()) await button.click();
    await expect(buzz(page, "The end.")).toBeVisible({ timeout: 500 });
  }).toPass({ timeout: 10_000 });
  expect(await readThrough(page, telling, "Number 0.")).toEqual(truth);
  await expect(page.getByRole("status").filter({ hasText: "Offline" })).toHaveCount(0);
});

test("A buzz written while no node answers outlives a reload, and is sent once", async ({
  open,
  people,
  grid,
  guard,
}) => {
  guard.expectConnectionLoss();
  const ann = await people.join("ann");
  await ann.talker.post("Before the storm");
  const page = await open({ as: ann });
  await expect(buzz(page, "Before the storm")).toBeVisible();
  await serviceWorkerReady(page);
  await homeIsKept(page, "Before the storm");

  await Promise.all([0, 1, 2].map((node) => grid.node(node).kill()));
  await page.context().setOffline(true);
  await expect(page.getByRole("status").filter({ hasText: "Offline" })).toBeVisible();
  await write(page, "Written in the storm");
  await expect(buzz(page, "Written in the storm")).toContainText("Waiting for a connection");

  await page.reload();
  await expect(buzz(page, "Before the storm")).toBeVisible();
  await expect(buzz(page, "Written in the storm")).toContainText("Waiting for a connection");

  await grid.heal();
  await page.context().setOffline(false);
  await expect(buzz(page, "Written in the storm")).toHaveAttribute("data-buzz-id", /^\d+$/);
  await expect(buzz(page, "Written in the storm")).toHaveCount(1);
  await expect(page.getByRole("status").filter({ hasText: "Offline" })).toHaveCount(0);
  const later = await people.connect(ann, 1);
  expect((await later.feed("author", ann.name)).map((one) => one.text)).toEqual([
    "Written in the storm",
    "Before the storm",
  ]);
  await page.reload();
  await expect(buzz(page, "Before the storm")).toBeVisible();
  await expect(buzz(page, "Written in the storm")).toHaveCount(1);
});

/** What waits at a node for clients that do not read. */
async function queuedBytes(node: string): Promise<number> {
  const metrics = await (await fetch(new URL("/metrics", node))).text();
  return Number(/^buzzer_session_queued_bytes\S* (\d+)/m.exec(metrics)?.[1]);
}

test("A tab that stands still harms nobody, and catches up", async ({ open, people, grid }) => {
  const people3 = [
    await people.join("ann"),
    await people.join("bob"),
    await people.join("cat", { node: 1 }),
  ] as const;
  const [ann, bob, cat] = people3;
  await people.befriend(...people3);
  await cat.talker.post("Before");
  const [stalled, other] = [await open({ as: ann }), await open({ as: bob })];
  await Promise.all([stalled, other].map((page) => expect(buzz(page, "Before")).toBeVisible()));

  const debug = await stalled.context().newCDPSession(stalled);
  await debug.send("Debugger.enable");
  const paused = new Promise((resolve) => debug.once("Debugger.paused", resolve));
  await debug.send("Debugger.pause");
  const touched = debug.send("Runtime.evaluate", { expression: "1" });
  await paused;

  // More than its node keeps waiting for a client (1 MiB) and the system for a socket.
  const long = "𝐢".repeat(480); // four bytes each, and narrow
  const texts = Array.from({ length: 800 }, (_, number) => `Number ${String(number + 1)}. ${long}`);
  await cat.talker.postAll(texts);
  await newBuzzes(other, 800).click();
  await expect(buzz(other, "Number 800.")).toBeVisible();
  expect(await queuedBytes(grid.url(0))).toBeGreaterThan(256 * 1024);

  await debug.send("Debugger.resume");
  await touched;
  await debug.send("Debugger.disable");
  await newBuzzes(stalled, 800).click();
  await expect(feed(stalled).getByRole("article").first()).toContainText("Number 800.");
  const wanted = texts.map((text) => text.slice(0, text.indexOf(" 𝐢"))).reverse();
  expect(await readThrough(stalled, /Number \d+\.|Before/, "Before")).toEqual([...wanted, "Before"]);
});

test("Without a network one can still go from page to page", async ({ open, people, guard }) => {
  guard.expectConnectionLoss();
  const ann = await people.join("ann");
  await ann.talker.post("The last that was seen");
  const page = await open({ as: ann });
  await expect(buzz(page, "The last that was seen")).toBeVisible();
  await expectMember(page);
  await serviceWorkerReady(page);
  await homeIsKept(page, "The last that was seen");
  await page.context().setOffline(true);
  await page.reload();
  await expect(buzz(page, "The last that was seen")).toBeVisible();
  await expect(page.getByRole("status").filter({ hasText: "Offline" })).toBeVisible();
  await page.goto(new URL("/settings", page.url()).href);
  await expect(page.getByRole("radiogroup", { name: "Theme" })).toBeVisible();
});
