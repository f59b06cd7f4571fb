import { describe, expect, it } from "vitest";
import { Cell } from "./cell";

describe("a cell", () => {
  it("tells its watchers of each change, after it", () => {
    const cell = new Cell(1);
    const seen: number[] = [];
    cell.watch(() => seen.push(cell.get()));
    cell.set(2);
    cell.update((value) => value + 1);
    expect(seen).toEqual([2, 3]);
  });

  it("tells nobody when nothing has changed, or who watches no more", () => {
    const cell = new Cell("same");
    const seen: string[] = [];
    const stop = cell.watch(() => seen.push(cell.get()));
    cell.set("same");
    stop();
    cell.set("other");
    expect(seen).toEqual([]);
  });
});
