import "fake-indexeddb/auto";
import { afterEach, describe, expect, it, vi } from "vitest";
import { browserEnvironment, largeStore } from "./browser";

afterEach(() => {
  vi.unstubAllGlobals();
});

describe("what is kept in IndexedDB", () => {
  it("is there for the next visit", async () => {
    const first = largeStore("kept-test");
    await first.set("home:alice", { buzzes: [{ id: "1" }] });
    const second = largeStore("kept-test");
    expect(await second.get("home:alice")).toEqual({ buzzes: [{ id: "1" }] });
    await second.remove("home:alice");
    expect(await first.get("home:alice")).toBeUndefined();
  });

  it("is changed as one step, however many do so at once", async () => {
    const store = largeStore("update-test");
    const add =
      (word: string) =>
      (value: unknown): readonly unknown[] =>
        Array.isArray(value) ? [...(value as readonly unknown[]), word] : [word];
    const kept = await Promise.all(["a", "b", "c"].map((word) => store.update("list", add(word))));
    expect(kept).toEqual([true, true, true]);
    expect(await store.get("list")).toEqual(["a", "b", "c"]);
  });

  it("is as if it were not there when it may not be used", async () => {
    vi.stubGlobal("indexedDB", {
      open: () => {
        throw new DOMException("forbidden", "SecurityError");
      },
    });
    const store = largeStore("forbidden-test");
    await store.set("key", "value");
    expect(await store.get("key")).toBeUndefined();
    expect(await store.update("key", () => "value")).toBe(false);
  });
});

describe("small texts", () => {
  it("are forgotten quietly when localStorage may not be used", () => {
    const forbidden = (): never => {
      throw new DOMException("forbidden", "SecurityError");
    };
    vi.stubGlobal("location", { origin: "http://localhost" });
    vi.stubGlobal("localStorage", { getItem: forbidden, setItem: forbidden, removeItem: forbidden });
    const { small } = browserEnvironment();
    small.set("key", "value");
    small.remove("key");
    expect(small.get("key")).toBeUndefined();
  });
});

describe("what another tab does", () => {
  it("is told by its key, and as a whole when it removes everything", () => {
    const target = new EventTarget();
    vi.stubGlobal("location", { origin: "http://localhost" });
    vi.stubGlobal("addEventListener", target.addEventListener.bind(target));
    vi.stubGlobal("removeEventListener", target.removeEventListener.bind(target));
    const told: (string | undefined)[] = [];
    const end = browserEnvironment().onOtherTab((key) => told.push(key));
    const happens = (key: string | null): void =>
      void target.dispatchEvent(Object.assign(new Event("storage"), { key }));
    happens("one");
    happens(null);
    end();
    happens("two");
    expect(told).toEqual(["one", undefined]);
  });
});

describe("a socket", () => {
  it("that may not be opened is closed, not thrown", async () => {
    vi.stubGlobal("location", { origin: "http://localhost" });
    vi.stubGlobal("WebSocket", function () {
      throw new DOMException("insecure", "SecurityError");
    });
    const code = await new Promise((closed) => {
      const events = { opened: () => undefined, received: () => undefined, closed };
      browserEnvironment().openSocket("ws://node/ws", "buzzer.v1.json", events);
    });
    expect(code).toBe(1006);
  });
});
