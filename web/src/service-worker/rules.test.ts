import { describe, expect, it } from "vitest";
import { belongsTo, cacheOf, handlingOf, outdated } from "./rules";
import type { Shell } from "./shell";

const ORIGIN = "https://buzz.example";
const SHELL: Shell = {
  version: "b2",
  first: ["/assets/index-AAAAAAAA.js", "/assets/index-BBBBBBBB.css", "/theme.js"],
  lazy: ["/assets/SearchPage-CCCCCCCC.js", "/icon.svg"],
};

function handling(path: string, mode = "navigate", method = "GET"): string {
  return handlingOf({ method, mode, url: new URL(path, ORIGIN).href }, ORIGIN, SHELL);
}

describe("what is asked for", () => {
  it("is a page when somebody goes to one of the client's addresses", () => {
    for (const path of [
      "/",
      "/@bob",
      "/@api/followers",
      "/tag/c",
      "/search?q=a.b",
      "/buzz/12#x",
      "/statics",
    ]) {
      expect(handling(path), path).toBe("page");
    }
  });

  it("is a kept file when it is of this version", () => {
    for (const path of [...SHELL.first, ...SHELL.lazy]) expect(handling(path, "no-cors"), path).toBe("file");
    expect(handling("/icon.svg"), "opened as a page of its own").toBe("file");
  });

  it("is left to the network when it is of another version, or unknown", () => {
    for (const path of ["/assets/index-ZZZZZZZZ.js", "/other.png", "/theme.js?v=2"]) {
      expect(handling(path, "no-cors"), path).toBe("leave");
      expect(handling(path, "navigate"), path).toBe("leave");
    }
  });

  it("is never touched when it is the node's own", () => {
    const paths = [
      "/api/v1/grid",
      "/api",
      "/ws",
      "/echo",
      "/static/",
      "/static",
      "/healthz",
      "/readyz",
      "/metrics?x=1",
    ];
    for (const path of paths) {
      for (const mode of ["navigate", "cors", "websocket"]) expect(handling(path, mode), path).toBe("leave");
    }
  });

  it("is left alone when it is of another site, or changes something", () => {
    expect(handling("https://other.example/", "navigate")).toBe("leave");
    expect(handling("http://buzz.example/theme.js", "no-cors")).toBe("leave");
    expect(handling("/", "navigate", "POST")).toBe("leave");
    expect(handling("/theme.js", "cors", "HEAD")).toBe("leave");
  });

  it("is left alone when a script of the page asks for a page's address", () => {
    expect(handling("/@bob", "cors")).toBe("leave");
  });
});

describe("versions", () => {
  it("index.html belongs to a version that has all its assets", () => {
    const html =
      '<script type="module" src="/assets/index-AAAAAAAA.js"></script><link href="/assets/index-BBBBBBBB.css">';
    expect(belongsTo(html, SHELL)).toBe(true);
    expect(belongsTo(html.replace("AAAAAAAA", "ZZZZZZZZ"), SHELL)).toBe(false);
    expect(belongsTo("<h1>Sign in to this network</h1>", SHELL)).toBe(false);
  });

  it("throws away the caches of other versions, and nobody else's", () => {
    const caches = ["buzzer-shell-b1", cacheOf(SHELL), "images", "buzzer-shell-b3"];
    expect(outdated(caches, SHELL)).toEqual(["buzzer-shell-b1", "buzzer-shell-b3"]);
  });
});
