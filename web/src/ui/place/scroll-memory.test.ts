import { describe, expect, it } from "vitest";
import { kept, placesFrom, type Remembered } from "./scroll-memory";

describe("the memory of places", () => {
  it("comes back from what it wrote, without the sizes", () => {
    const places = new Map<string, Remembered>([
      ["a", { scrollY: 120, sizes: { cache: [1, 2], firstKey: "9", length: 2 } }],
      ["b", { scrollY: 7, anchor: { key: "42", index: 3, top: -8 } }],
    ]);
    expect(placesFrom(kept(places))).toEqual(
      new Map([
        ["a", { scrollY: 120 }],
        ["b", { scrollY: 7, anchor: { key: "42", index: 3, top: -8 } }],
      ]),
    );
  });

  it.each([
    null,
    "",
    "{",
    "7",
    '[["a"]]',
    '[["a", {"scrollY": "7"}]]',
    '[["a", {"scrollY": 7, "anchor": {}}]]',
  ])("takes %j for nothing", (rubbish) => {
    expect(placesFrom(rubbish).size).toBe(0);
  });
});
