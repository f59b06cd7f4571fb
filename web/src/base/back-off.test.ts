import { describe, expect, it } from "vitest";
import { delayBefore } from "./back-off";

const OPTIONS = { first: 250, most: 10_000 };

describe("the wait before the next try", () => {
  it("doubles from the first to the longest, and no further", () => {
    const waits = [0, 1, 2, 3, 4, 5, 6, 60].map((attempt) => delayBefore(attempt, 1, OPTIONS));
    expect(waits).toEqual([250, 500, 1_000, 2_000, 4_000, 8_000, 10_000, 10_000]);
  });

  it("is spread over the upper half, so that not all come at once", () => {
    expect(delayBefore(2, 0, OPTIONS)).toBe(500);
    expect(delayBefore(2, 0.5, OPTIONS)).toBe(750);
    expect(delayBefore(2, 0.999, OPTIONS)).toBeLessThanOrEqual(1_000);
  });
});
