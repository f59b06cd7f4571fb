/**
 * What a browser loads before it shows anything: pure. Everything else is loaded when needed.
 */
import { brotliCompressSync, constants } from "node:zlib";

/** A file that the build has made: what of Rollup's bundle matters here. */
export interface Built {
  readonly content: string | Uint8Array;
  /** The scripts that it cannot run without. */
  readonly imports: readonly string[];
  readonly styles: readonly string[];
}

/** By file name, such as "assets/index-DiwrgTda.js". */
export type BuiltFiles = ReadonlyMap<string, Built>;

export interface Size {
  readonly name: string;
  readonly raw: number;
  readonly brotli: number;
}

/** The local files that a page names in `src` and `href`, as file names. */
export function namedIn(html: string): string[] {
  const found = [...html.matchAll(/\s(?:src|href)\s*=\s*"\/([^"/][^"]*)"/g)];
  return [...new Set(found.flatMap(([, name]) => (name === undefined ? [] : [name])))];
}

/** What the page names and what that needs in turn. What is not among the files (of public/) comes without needs. */
export function firstLoad(html: string, files: BuiltFiles): string[] {
  const found = new Set(namedIn(html));
  // A set that grows while it is walked is walked to its end.
  for (const name of found) {
    const file = files.get(name);
    for (const needed of [...(file?.imports ?? []), ...(file?.styles ?? [])]) found.add(needed);
  }
  return [...found];
}

/** Scripts and styles: what a page waits for. */
export function isCode(name: string): boolean {
  return /\.(js|css)$/.test(name);
}

export function sizeOf(name: string, content: string | Uint8Array): Size {
  const bytes = typeof content === "string" ? Buffer.from(content) : content;
  return { name, raw: bytes.length, brotli: brotli(bytes).length };
}

export function brotli(bytes: Uint8Array): Buffer {
  const { BROTLI_PARAM_QUALITY, BROTLI_PARAM_SIZE_HINT } = constants;
  return brotliCompressSync(bytes, {
    params: { [BROTLI_PARAM_QUALITY]: 11, [BROTLI_PARAM_SIZE_HINT]: bytes.length },
  });
}
