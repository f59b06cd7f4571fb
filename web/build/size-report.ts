/**
 * Says how large the client is, and fails the build when a browser would have to load too much before it shows
 * anything: see first-load.ts. Sizes are those that go over the wire, by brotli.
 */
import type { Plugin } from "vite";
import { builtFiles, filesBelow, indexOf } from "./bundle";
import { type BuiltFiles, firstLoad, isCode, type Size, sizeOf } from "./first-load";

export interface Sizes {
  readonly first: readonly Size[];
  readonly lazy: readonly Size[];
}

/** Of scripts and styles; `extra`: those of public/, which are no part of the bundle. */
export function measure(files: BuiltFiles, html: string, extra: ReadonlyMap<string, Uint8Array>): Sizes {
  const all = new Map<string, string | Uint8Array>(extra);
  for (const [name, file] of files) all.set(name, file.content);
  const sizes = [...all].filter(([name]) => isCode(name)).map(([name, content]) => sizeOf(name, content));
  sizes.sort((a, b) => b.brotli - a.brotli);
  const first = new Set(firstLoad(html, files));
  return {
    first: sizes.filter((size) => first.has(size.name)),
    lazy: sizes.filter((size) => !first.has(size.name)),
  };
}

export function report({ first, lazy }: Sizes, limit: number): string {
  const heading = "   brotli       raw  ";
  const lines = [
    `${heading}first load, of which ${kib(limit)} at most`,
    ...first.map(line),
    line(sum("together", first)),
  ];
  if (lazy.length > 0)
    lines.push("", `${heading}when needed`, ...lazy.map(line), line(sum("together", lazy)));
  return lines.join("\n");
}

export function excess({ first }: Sizes, limit: number): string | undefined {
  const { brotli } = sum("first load", first);
  if (brotli <= limit) return undefined;
  return `the first load is ${kib(brotli)} of brotli, and ${kib(limit)} at most are allowed: load some of it when needed`;
}

function sum(name: string, sizes: readonly Size[]): Size {
  return sizes.reduce((a, b) => ({ name, raw: a.raw + b.raw, brotli: a.brotli + b.brotli }), {
    name,
    raw: 0,
    brotli: 0,
  });
}

function line({ name, raw, brotli }: Size): string {
  return `${kib(brotli).padStart(10)}${kib(raw).padStart(10)}  ${name}`;
}

function kib(bytes: number): string {
  return `${(bytes / 1024).toFixed(1)} KiB`;
}

/** `limit` in bytes. */
export function sizeReport(limit: number): Plugin {
  let publicFolder = "";
  return {
    name: "buzzer:size-report",
    apply: "build",
    enforce: "post",
    configResolved(config) {
      publicFolder = config.publicDir;
    },
    generateBundle: {
      order: "post",
      handler(_options, bundle) {
        const files = builtFiles(bundle);
        const sizes = measure(files, indexOf(files), filesBelow(publicFolder));
        console.log(`\n${report(sizes, limit)}\n`);
        const problem = excess(sizes, limit);
        if (problem !== undefined) this.error(problem);
      },
    },
  };
}
