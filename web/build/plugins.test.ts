import { randomBytes } from "node:crypto";
import { describe, expect, it } from "vitest";
import { isWorthIt } from "./compress";
import type { BuiltFiles } from "./first-load";
import { packageOf } from "./licences";
import { shellOf } from "./service-worker";
import { excess, measure, report } from "./size-report";

const HTML =
  '<script src="/theme.js"></script><script type="module" src="/assets/index-AAAAAAAA.js"></script>';

function built(entry: string, lazy = "lazy"): BuiltFiles {
  return new Map([
    ["index.html", { content: HTML, imports: [], styles: [] }],
    ["assets/index-AAAAAAAA.js", { content: entry, imports: [], styles: ["assets/index-BBBBBBBB.css"] }],
    ["assets/index-BBBBBBBB.css", { content: "h1{}", imports: [], styles: [] }],
    ["assets/Search-CCCCCCCC.js", { content: lazy, imports: ["assets/index-AAAAAAAA.js"], styles: [] }],
    ["licences.txt", { content: "MIT", imports: [], styles: [] }],
  ]);
}

const PUBLIC = new Map([
  ["theme.js", Buffer.from("theme")],
  ["icon-512.png", Buffer.from("png")],
]);

describe("the size report", () => {
  it("counts scripts and styles of the first load, those of public/ too", () => {
    const { first, lazy } = measure(built("entry"), HTML, PUBLIC);
    expect(first.map(({ name }) => name).sort()).toEqual([
      "assets/index-AAAAAAAA.js",
      "assets/index-BBBBBBBB.css",
      "theme.js",
    ]);
    expect(lazy.map(({ name }) => name)).toEqual(["assets/Search-CCCCCCCC.js"]);
    const text = report({ first, lazy }, 90 * 1024);
    expect(text).toContain("90.0 KiB");
    expect(text).toContain("assets/Search-CCCCCCCC.js");
  });

  it("refuses a first load that is too large, and no other", () => {
    const large = randomBytes(4096).toString("base64");
    const limit = 2048;
    expect(excess(measure(built("entry", large), HTML, PUBLIC), limit)).toBeUndefined();
    expect(excess(measure(built(large), HTML, PUBLIC), limit)).toMatch(/first load is 4\.\d KiB .* 2\.0 KiB/);
  });
});

describe("what the service worker keeps", () => {
  it("is the first load, then what is loaded when needed, and nothing else", () => {
    const { first, lazy } = shellOf(built("entry"), HTML, PUBLIC);
    expect(first).toEqual(["/assets/index-AAAAAAAA.js", "/assets/index-BBBBBBBB.css", "/theme.js"]);
    expect(lazy).toEqual(["/assets/Search-CCCCCCCC.js"]);
  });

  it("has another version when anything in it has changed, and else the same", () => {
    const { version } = shellOf(built("entry"), HTML, PUBLIC);
    expect(version).toMatch(/^[0-9a-f]{16}$/);
    expect(shellOf(built("entry"), HTML, new Map([...PUBLIC].reverse())).version).toBe(version);
    const others = [
      shellOf(built("entry2"), HTML, PUBLIC),
      shellOf(built("entry", "lazy2"), HTML, PUBLIC),
      shellOf(built("entry"), `${HTML} `, PUBLIC),
      shellOf(built("entry"), HTML, new Map([...PUBLIC, ["theme.js", Buffer.from("other")]])),
    ].map((shell) => shell.version);
    expect(new Set([version, ...others]).size).toBe(5);
  });
});

describe("compressed files", () => {
  it("are made of texts that are not tiny", () => {
    expect(isWorthIt("assets/index-AAAAAAAA.js", 1025)).toBe(true);
    expect(isWorthIt("manifest.webmanifest", 5000)).toBe(true);
    expect(isWorthIt("assets/index-AAAAAAAA.js", 1024)).toBe(false);
    for (const name of ["icon-512.png", "index.js.br", "index.js.gz", ".stamp"]) {
      expect(isWorthIt(name, 5000), name).toBe(false);
    }
  });
});

describe("licences", () => {
  it("are those of the packages, also of such as stand in another one or in a group", () => {
    expect(packageOf("/web/node_modules/react/index.js")).toBe("/web/node_modules/react");
    expect(packageOf("\0/web/node_modules/react/index.js?commonjs-module")).toBe("/web/node_modules/react");
    expect(packageOf("/web/node_modules/@a/b/lib/c.js")).toBe("/web/node_modules/@a/b");
    expect(packageOf("/web/node_modules/x/node_modules/y/z.js")).toBe("/web/node_modules/x/node_modules/y");
    expect(packageOf("/web/src/node_modules.ts")).toBeUndefined();
  });
});
