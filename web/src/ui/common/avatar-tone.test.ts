import { describe, expect, it } from "vitest";
import { initialOf, toneOf, TONES } from "./avatar-tone";

describe("toneOf", () => {
  it("is the same whatever the case", () => {
    expect(toneOf("Alice")).toBe(toneOf("aLICE"));
  });

  it("uses all tones, and none much more than its share", () => {
    const counts = new Array<number>(TONES).fill(0);
    for (let i = 0; i < 8000; ++i) {
      const tone = toneOf(`user_${String(i)}`);
      counts[tone] = (counts[tone] ?? 0) + 1;
    }
    for (const count of counts) expect(count).toBeGreaterThan(600);
  });

  it("differs among short names", () => {
    const names = ["ada", "bea", "carl", "dora", "emil", "finn", "gus", "hana", "ivo", "jo", "kim", "lea"];
    expect(new Set(names.map(toneOf)).size).toBeGreaterThanOrEqual(5);
  });
});

describe("initialOf", () => {
  it.each([
    ["alice", "A"],
    ["_bob", "B"],
    ["42", "4"],
    ["__", "_"],
  ])("of %s is %s", (name, initial) => {
    expect(initialOf(name)).toBe(initial);
  });
});
