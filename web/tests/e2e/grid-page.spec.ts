/** The grid page: who is alive, where one is, live. */
import { heading } from "./support/site";
import { expect, test } from "./support/test";

test("The map says who is alive, and tells of a death and a return by itself", async ({
  open,
  people,
  grid,
}) => {
  const ann = await people.join("ann", { notAtHomeOn: 2 });
  const page = await open({ as: ann, path: "/grid" });
  await expect(heading(page)).toHaveText("Grid");
  const map = page.getByRole("img", { name: /^Map of the grid/ });
  await expect(map).toHaveAccessibleName("Map of the grid: 3 of 3 nodes alive, 3 links up");
  const nodes = page.getByRole("table", { name: "Nodes" });
  await expect(nodes.getByRole("row")).toHaveCount(4);
  await expect(nodes.getByRole("row").filter({ hasText: /you are here/i })).toContainText("0");
  await expect(nodes.getByRole("row").filter({ hasText: /your home/i })).toContainText(String(ann.home));
  for (const figure of [/requests\/s/, /posts\/s/, /pushes\/s/])
    await expect(page.getByText(figure).first()).toBeVisible();
  await expect(page.getByRole("table", { name: "Owed" })).toBeVisible();

  await grid.kill(2);
  await expect(map).toHaveAccessibleName("Map of the grid: 2 of 3 nodes alive, 1 link up");
  await grid.heal();
  await expect(map).toHaveAccessibleName("Map of the grid: 3 of 3 nodes alive, 3 links up");
});

test("A guest sees the grid too", async ({ open, grid }) => {
  const page = await open({ path: "/grid", node: 1 });
  const map = page.getByRole("img", { name: /^Map of the grid/ });
  await expect(map).toHaveAccessibleName("Map of the grid: 3 of 3 nodes alive, 3 links up");
  await grid.kill(2);
  await expect(map).toHaveAccessibleName("Map of the grid: 2 of 3 nodes alive, 1 link up");
});
