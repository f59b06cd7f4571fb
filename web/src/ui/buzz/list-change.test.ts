import { describe, expect, it } from "vitest";
import { changeAtStart } from "./list-change";

const keys = (text: string): string[] => text.split("");

describe("changeAtStart", () => {
  it.each([
    ["abc", "xyabc", 2],
    ["abc", "bc", -1],
    ["abc", "abcd", 0],
    ["abc", "ab", 0],
    ["abc", "abc", 0],
    ["", "abc", 0],
    ["abc", "", 0],
    ["abc", "xbc", 0],
    ["abc", "xyz1", 0],
    ["oabc", "noabc", 1],
    ["oabc", "nyabc", 1],
  ])("of %j to %j is %i", (before, now, change) => {
    expect(changeAtStart(keys(before), keys(now))).toBe(change);
  });

  it("is found when the first ones were replaced in the same change", () => {
    expect(changeAtStart(keys("abcdef"), keys("xyzbcdef"))).toBe(2);
  });
});
