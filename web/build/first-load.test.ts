import { brotliDecompressSync } from "node:zlib";
import { describe, expect, it } from "vitest";
import { brotli, type Built, type BuiltFiles, firstLoad, namedIn } from "./first-load";

const HTML = `<!doctype html><html><head>
  <link rel="icon" href="/icon.svg"><link rel="canonical" href="https://buzz.example/"><a href="//other.example/x.js"></a>
  <script src="/theme.js"></script><script type="module" crossorigin src="/assets/index.js"></script>
  <link rel="modulepreload" crossorigin href="/assets/react.js">
  <link rel="stylesheet" crossorigin href="/assets/index.css"></head><body><a href="/">Home</a></body></html>`;

function file(imports: string[] = [], styles: string[] = []): Built {
  return { content: "", imports, styles };
}

const FILES: BuiltFiles = new Map([
  ["assets/index.js", file(["assets/react.js", "assets/feed.js"])],
  ["assets/react.js", file()],
  ["assets/feed.js", file(["assets/react.js", "assets/index.js"], ["assets/feed.css"])],
  ["assets/search.js", file(["assets/react.js"], ["assets/search.css"])],
]);

describe("the first load", () => {
  it("is what the page names on its own server", () => {
    expect(namedIn(HTML)).toEqual([
      "icon.svg",
      "theme.js",
      "assets/index.js",
      "assets/react.js",
      "assets/index.css",
    ]);
  });

  it("and what that cannot run without, however deep, also in a circle", () => {
    const found = firstLoad(HTML, FILES);
    expect(found).toContain("assets/feed.js");
    expect(found).toContain("assets/feed.css");
    expect(found).not.toContain("assets/search.js");
    expect(found).not.toContain("assets/search.css");
    expect(new Set(found).size).toBe(found.length);
  });
});

describe("brotli", () => {
  it("gives back what it was given", () => {
    const text = Buffer.from("buzz ".repeat(1000));
    const small = brotli(text);
    expect(small.length).toBeLessThan(50);
    expect(brotliDecompressSync(small).equals(text)).toBe(true);
  });
});
