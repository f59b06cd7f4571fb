import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { FakeScope } from "./fake-scope";
import { cacheOf } from "./rules";
import type { Shell } from "./shell";
import { PATIENCE_MS, run } from "./worker";

const ENTRY = "/assets/index-AAAAAAAA.js";
const LAZY = "/assets/SearchPage-CCCCCCCC.js";
const SHELL: Shell = { version: "b2", first: [ENTRY, "/theme.js"], lazy: [LAZY, "/icon.svg"] };
const INDEX_HTML = `<script type="module" src="${ENTRY}"></script>`;
const CACHE = cacheOf(SHELL);

let scope: FakeScope;

beforeEach(() => {
  vi.useFakeTimers();
  scope = new FakeScope();
  scope.serve({
    "/index.html": INDEX_HTML,
    [ENTRY]: "entry",
    "/theme.js": "theme",
    [LAZY]: "lazy",
    "/icon.svg": "icon",
  });
  run(scope, SHELL);
});

afterEach(() => {
  vi.useRealTimers();
});

describe("the installation", () => {
  it("keeps the first load, asking the server again only for what has no hash", async () => {
    await scope.tell("install");
    expect(scope.kept(CACHE)).toEqual(["/index.html", ENTRY, "/theme.js"]);
    expect(scope.fetched.sort()).toEqual(
      [`${ENTRY} default`, "/index.html no-cache", "/theme.js no-cache"].sort(),
    );
  });

  it("fails when a file is missing, so that the browser tries again", async () => {
    scope.serve({ "/index.html": INDEX_HTML, [ENTRY]: "entry" });
    await expect(scope.tell("install")).rejects.toThrow("/theme.js: 404");
  });

  it("fails when the node has another version, rather than keep a mixture", async () => {
    scope.serve({
      "/index.html": INDEX_HTML.replace("AAAAAAAA", "ZZZZZZZZ"),
      [ENTRY]: "entry",
      "/theme.js": "theme",
    });
    await expect(scope.tell("install")).rejects.toThrow("another version");
    expect(scope.kept(CACHE)).toEqual([]);
  });
});

describe("the activation", () => {
  it("removes other versions and serves the open pages", async () => {
    await scope.caches.open("buzzer-shell-b1");
    await scope.caches.open("images");
    await scope.tell("install");
    await scope.tell("activate");
    expect(await scope.caches.keys()).toEqual(["images", CACHE]);
    expect(scope.hasClaimed).toBe(true);
  });
});

describe("a page", () => {
  beforeEach(() => scope.tell("install"));

  it("comes from the network, whatever is kept", async () => {
    scope.serve({ "/@bob": "new" });
    expect(await scope.ask("/@bob", "navigate")).toBe("new");
  });

  it("comes as kept when there is no network", async () => {
    scope.disconnect();
    expect(await scope.ask("/@bob", "navigate")).toBe(INDEX_HTML);
  });

  it("comes as kept when a proxy says that the node is away", async () => {
    scope.serve({}, 502);
    expect(await scope.ask("/@bob", "navigate")).toBe(INDEX_HTML);
  });

  it("comes as kept when the network takes its time, and not before", async () => {
    scope.stall();
    let shown: string | undefined;
    const asked = scope.ask("/", "navigate").then((body) => (shown = body));
    await vi.advanceTimersByTimeAsync(PATIENCE_MS - 1);
    expect(shown).toBeUndefined();
    await vi.advanceTimersByTimeAsync(1);
    await asked;
    expect(shown).toBe(INDEX_HTML);
  });

  it("comes as the network has it when nothing is kept any more", async () => {
    await scope.caches.delete(CACHE);
    scope.serve({}, 502);
    expect(await scope.ask("/", "navigate")).toBe("502");
  });
});

describe("a file", () => {
  it("comes as kept, without a request", async () => {
    await scope.tell("install");
    scope.disconnect();
    expect(await scope.ask(ENTRY)).toBe("entry");
  });

  it("is kept when it had to be fetched", async () => {
    expect(await scope.ask(LAZY)).toBe("lazy");
    scope.disconnect();
    expect(await scope.ask(LAZY)).toBe("lazy");
  });

  it("is not kept when it is an error", async () => {
    scope.serve({});
    expect(await scope.ask(LAZY)).toBe("404");
    expect(scope.kept(CACHE)).toEqual([]);
  });
});

describe("a page that is at rest", () => {
  it("has what is lazy and missing fetched", async () => {
    await scope.ask("/icon.svg");
    scope.fetched.length = 0;
    await scope.tell("message", "complete");
    expect(scope.kept(CACHE).sort()).toEqual([LAZY, "/icon.svg"].sort());
    expect(scope.fetched).toEqual([`${LAZY} default`]);
  });

  it("has done what can be done without network", async () => {
    scope.disconnect();
    await scope.tell("message", "complete");
    expect(scope.kept(CACHE)).toEqual([]);
  });

  it("may say other things, which the worker does not know", async () => {
    await scope.tell("message", { kind: "complete" });
    expect(scope.fetched).toEqual([]);
  });
});
