import { beforeEach, describe, expect, it, vi } from "vitest";
import type * as SingleKeys from "./single-keys";

const KEY = "buzzer.singleKeys";

async function load(): Promise<typeof SingleKeys> {
  vi.resetModules();
  return import("./single-keys");
}

describe("the switch of single keys", () => {
  let stored: Map<string, string>;
  let tell: ((event: { key: string | null }) => void) | undefined;

  beforeEach(() => {
    stored = new Map();
    vi.stubGlobal("localStorage", {
      getItem: (key: string) => stored.get(key) ?? null,
      setItem: (key: string, value: string) => stored.set(key, value),
      removeItem: (key: string) => stored.delete(key),
    });
    vi.stubGlobal("window", {
      addEventListener: (_: string, listener: typeof tell) => {
        tell = listener;
      },
    });
  });

  it("is on until it is switched off, which is kept", async () => {
    const first = await load();
    expect(first.singleKeys.get()).toBe(true);
    first.switchSingleKeys(false);
    expect(first.singleKeys.get()).toBe(false);
    const second = await load();
    expect(second.singleKeys.get()).toBe(false);
    second.switchSingleKeys(true);
    expect((await load()).singleKeys.get()).toBe(true);
  });

  it("follows other tabs", async () => {
    const { singleKeys } = await load();
    stored.set(KEY, "off");
    tell?.({ key: "another" });
    expect(singleKeys.get()).toBe(true);
    tell?.({ key: KEY });
    expect(singleKeys.get()).toBe(false);
    stored.clear();
    tell?.({ key: null });
    expect(singleKeys.get()).toBe(true);
  });

  it("holds where nothing can be kept", async () => {
    const refuse = (): never => {
      throw new Error("forbidden");
    };
    vi.stubGlobal("localStorage", { getItem: refuse, setItem: refuse, removeItem: refuse });
    const { singleKeys, switchSingleKeys } = await load();
    switchSingleKeys(false);
    expect(singleKeys.get()).toBe(false);
  });
});
