import { describe, expect, it } from "vitest";
import { heldIn } from "./focus-place";

describe("heldIn", () => {
  it("stays with an item, wherever that is now", () => {
    expect(heldIn(["x", "a", "b"], { key: "a", index: 0 })).toEqual({ key: "a", index: 1 });
  });

  it("goes on to the next one, or else the last", () => {
    expect(heldIn(["a", "c"], { key: "b", index: 1 })).toEqual({ key: "c", index: 1 });
    expect(heldIn(["a", "b"], { key: "c", index: 2 })).toEqual({ key: "b", index: 1 });
  });

  it("is nowhere in a list of nothing", () => {
    expect(heldIn([], { key: "a", index: 0 })).toBeUndefined();
  });
});
