import { describe, expect, it } from "vitest";
import { SEQUENCE_MS, shortcutFor } from "./shortcuts";

describe("shortcutFor", () => {
  it("knows single keys", () => {
    expect(shortcutFor("n", 0, undefined)).toEqual({ shortcut: "n" });
    expect(shortcutFor("?", 0, undefined)).toEqual({ shortcut: "?" });
  });

  it("waits for a second key, and takes it in time", () => {
    const first = shortcutFor("g", 100, undefined);
    expect(first).toEqual({ begun: { key: "g", time: 100 } });
    const before = { key: "g", time: 100 };
    expect(shortcutFor("h", 100 + SEQUENCE_MS, before)).toEqual({ shortcut: "g h" });
    expect(shortcutFor("g", 101, before)).toEqual({ shortcut: "g g" });
  });

  it("forgets the first key when the second comes late or means something else", () => {
    const before = { key: "g", time: 0 };
    expect(shortcutFor("h", SEQUENCE_MS + 1, before)).toBeUndefined();
    expect(shortcutFor("j", 1, before)).toEqual({ shortcut: "j" });
    expect(shortcutFor("g", SEQUENCE_MS + 1, before)).toEqual({ begun: { key: "g", time: SEQUENCE_MS + 1 } });
  });

  it("means nothing by other keys, also not by names that objects have", () => {
    for (const key of ["x", "Shift", "toString", "constructor"]) {
      expect(shortcutFor(key, 0, undefined)).toBeUndefined();
    }
  });
});
