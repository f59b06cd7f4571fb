import { describe, expect, it } from "vitest";
import { waitToTell } from "./use-seldom";

describe("waitToTell", () => {
  it("tells the first one at once, and each further one when the last is long enough ago", () => {
    expect(waitToTell("1 new buzz", -Infinity, 5, 10_000)).toBe(0);
    expect(waitToTell("2 new buzzes", 5, 1_005, 10_000)).toBe(9_000);
    expect(waitToTell("9 new buzzes", 5, 10_005, 10_000)).toBe(0);
    expect(waitToTell("10 new buzzes", 5, 60_000, 10_000)).toBe(0);
  });

  it("takes back at once what holds no longer", () => {
    expect(waitToTell("", 5, 6, 10_000)).toBe(0);
  });
});
