/** Topics and threads, live. */
import { newName } from "./support/people";
import { buzz, buzzById, feed, heading, newBuzzes } from "./support/site";
import { expect, test } from "./support/test";

test("A topic in any script has a page, which is live", async ({ open, people }) => {
  const [ann, bob] = [await people.join("ann"), await people.join("bob", { node: 1 })];
  const topic = `Süßes_${newName("t")}`;
  await bob.talker.post(`Let us talk of #${topic}`);
  const page = await open({ as: ann, path: `/@${bob.name}` });
  await buzz(page, "Let us talk")
    .getByRole("link", { name: `#${topic}` })
    .click();
  await expect(page).toHaveURL(/\/tag\//);
  await expect(heading(page)).toHaveText(
    new RegExp(`^#(${topic}|${topic.toLowerCase().replace("ß", "ss")})$`, "i"),
  );
  await expect(feed(page, (await heading(page).textContent()) ?? "").getByRole("article")).toHaveCount(1);
  await bob.talker.post(`More of #${topic.toUpperCase()}`);
  await newBuzzes(page, 1).click();
  await expect(buzz(page, "More of")).toBeVisible();
  await page.reload();
  await expect(buzz(page, "Let us talk")).toBeVisible();
});

test("A thread shows the way to a buzz, and its replies live", async ({ open, people }) => {
  const [ann, bob] = [await people.join("ann"), await people.join("bob", { node: 1 })];
  const root = await ann.talker.post("The root");
  const branch = await bob.talker.post("A branch", root);
  const leaf = await ann.talker.post("A leaf", branch);
  await ann.talker.post("Another branch", root);
  const page = await open({ as: ann, path: `/buzz/${branch}` });
  await expect(buzzById(page, root)).toContainText("The root");
  await expect(buzzById(page, leaf)).toContainText("A leaf");
  await expect(page.getByText("Another branch")).toHaveCount(0);

  await bob.talker.post("Grown meanwhile", leaf);
  await expect(buzz(page, "Grown meanwhile")).toHaveCount(1);
  const texts = (await page.getByRole("article").allInnerTexts()).map(
    (text) => /The root|A branch|A leaf|Grown meanwhile/.exec(text)?.[0],
  );
  expect(texts).toEqual(["The root", "A branch", "A leaf", "Grown meanwhile"]);

  await buzzById(page, branch).getByRole("button", { name: "Reply" }).click();
  await page.getByRole("textbox", { name: "Your reply" }).fill("A reply of one's own");
  await page.getByRole("button", { name: "Reply", exact: true }).last().click();
  await expect(buzz(page, "A reply of one's own")).toHaveCount(1);
  await expect(buzz(page, "A reply of one's own")).toHaveAttribute("data-buzz-id", /^\d+$/);
  const thread = await bob.talker.ask({ type: "get_thread", buzz_id: branch });
  expect(thread.replies.map((one) => one.text)).toEqual([
    "A leaf",
    "Grown meanwhile",
    "A reply of one's own",
  ]);

  await buzzById(page, root)
    .getByRole("link")
    .filter({ has: page.locator("time") })
    .click();
  await expect(page).toHaveURL(new RegExp(`/buzz/${root}$`));
  await expect(buzz(page, "Another branch")).toBeVisible();
});

test("Of a buzz that was deleted the thread keeps the place", async ({ open, people }) => {
  const [ann, bob] = [await people.join("ann"), await people.join("bob")];
  const root = await ann.talker.post("Soon gone");
  const reply = await bob.talker.post("Still here", root);
  const page = await open({ path: `/buzz/${reply}` });
  await expect(buzzById(page, root)).toContainText("Soon gone");
  await ann.talker.ask({ type: "delete", buzz_id: root });
  await expect(page.getByText("Soon gone")).toHaveCount(0);
  await expect(page.getByRole("main")).toContainText(/deleted/i);
  await expect(buzzById(page, reply)).toContainText("Still here");
});
