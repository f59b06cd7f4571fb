/** Edit and delete of one's own, seen live by others. */
import { buzzById, chooseMore, feed } from "./support/site";
import { expect, test } from "./support/test";

test("An edit shows at once, and to who is looking on another node", async ({ open, people }) => {
  const [ann, bob] = [await people.join("ann"), await people.join("bob")];
  await people.befriend(ann, bob);
  const id = await ann.talker.post("Befor the edit");
  const [hers, his] = [await open({ as: ann }), await open({ as: bob, node: 1 })];
  await expect(buzzById(his, id)).toContainText("Befor the edit");
  await expect(buzzById(his, id).getByRole("button", { name: "More" })).toHaveCount(0);

  await chooseMore(hers, buzzById(hers, id), "Edit");
  const text = hers.getByRole("textbox", { name: "Edit buzz" });
  await expect(text).toHaveValue("Befor the edit");
  await text.fill("Before the edit");
  await hers.getByRole("button", { name: "Save" }).click();
  for (const page of [hers, his]) {
    await expect(buzzById(page, id)).toContainText("Before the edit");
    await expect(buzzById(page, id)).toContainText("edited");
  }
  await hers.reload();
  await expect(buzzById(hers, id)).toContainText("Before the edit");
});

test("A delete asks first, and takes the buzz away everywhere", async ({ open, people }) => {
  const [ann, bob] = [await people.join("ann"), await people.join("bob")];
  await people.befriend(ann, bob);
  await ann.talker.post("This one stays");
  const id = await ann.talker.post("This one goes");
  const [hers, his] = [await open({ as: ann }), await open({ as: bob, node: 1 })];
  await expect(buzzById(his, id)).toContainText("This one goes");
  await chooseMore(hers, buzzById(hers, id), "Delete");
  const question = hers.getByRole("alertdialog", { name: "Delete this buzz?" });
  await question.getByRole("button", { name: "Cancel" }).click();
  await expect(question).toBeHidden();
  await expect(buzzById(hers, id)).toBeVisible();

  await chooseMore(hers, buzzById(hers, id), "Delete");
  await question.getByRole("button", { name: "Delete" }).click();
  for (const page of [hers, his]) {
    await expect(buzzById(page, id)).toHaveCount(0);
    await expect(feed(page).getByRole("article")).toHaveCount(1);
  }
});

test("An edit can be given up", async ({ open, people }) => {
  const ann = await people.join("ann");
  const id = await ann.talker.post("As it is");
  const page = await open({ as: ann });
  await chooseMore(page, buzzById(page, id), "Edit");
  await page.getByRole("textbox", { name: "Edit buzz" }).fill("Something else");
  await page.getByRole("button", { name: "Cancel" }).click();
  await expect(buzzById(page, id)).toContainText("As it is");
  expect((await ann.talker.ask({ type: "get_buzz", buzz_id: id })).buzz.version).toBe(1);
});
