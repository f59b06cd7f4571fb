import { describe, expect, it } from "vitest";
import type { Buzz } from "../protocol/v1";
import { compareIds, has, merge, placeOf, renew, sorted, without } from "./buzz-order";

const buzz = (id: string, version = 1, deleted = false): Buzz => ({
  id,
  author: "bob",
  text: "",
  version,
  posted: "",
  entities: [],
  ...(deleted ? { deleted: true as const } : {}),
});
const ids = (list: readonly Buzz[]): string => list.map(({ id }) => id).join(" ");

describe("the order of buzzes", () => {
  it("is that of their numbers, though they are text", () => {
    expect(compareIds("9", "10")).toBeLessThan(0);
    expect(compareIds("61423047160128", "61422797304896")).toBeGreaterThan(0);
    expect(compareIds("9007199254740991", "9007199254740991")).toBe(0);
    expect(ids(sorted([buzz("9"), buzz("100"), buzz("10")]))).toBe("100 10 9");
  });

  it("has each once, at its highest version", () => {
    expect(sorted([buzz("1"), buzz("1", 3), buzz("1", 2)])).toEqual([buzz("1", 3)]);
  });
});

describe("a list, newest first", () => {
  const list = [buzz("100"), buzz("50"), buzz("9")];

  it("is searched by halves", () => {
    expect(placeOf(list, "200")).toBe(0);
    expect(placeOf(list, "50")).toBe(1);
    expect(placeOf(list, "1")).toBe(3);
    expect(has(list, "9")).toBe(true);
    expect(has(list, "10")).toBe(false);
  });

  it("is merged with another one", () => {
    expect(ids(merge(list, [buzz("101"), buzz("70"), buzz("9", 2), buzz("1")]))).toBe("101 100 70 50 9 1");
    expect(merge(list, [buzz("9", 2)])[2]?.version).toBe(2);
    expect(ids(merge(list, [buzz("300"), buzz("200")]))).toBe("300 200 100 50 9");
    expect(ids(merge([], [buzz("1")]))).toBe("1");
  });

  it("stays the same when nothing changes", () => {
    expect(merge(list, [])).toBe(list);
    expect(merge(list, [buzz("50")])).toBe(list);
    expect(renew(list, [buzz("50"), buzz("51", 9)])).toBe(list);
    expect(without(list, "51")).toBe(list);
  });

  it("is renewed by higher versions; what is deleted goes", () => {
    expect(renew(list, [buzz("50", 2)])[1]?.version).toBe(2);
    expect(ids(renew(list, [buzz("50", 2, true), buzz("9", 2)]))).toBe("100 9");
    expect(ids(without(list, "50"))).toBe("100 9");
  });
});
