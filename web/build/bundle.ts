/** Rollup's bundle as first-load.ts wants it, and the files that public/ adds to it. */
import { existsSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join, relative, sep } from "node:path";
import type { Rollup } from "vite";
import type { Built, BuiltFiles } from "./first-load";

export function builtFiles(bundle: Rollup.OutputBundle): BuiltFiles {
  return new Map(Object.values(bundle).map((file) => [file.fileName, built(file)]));
}

function built(file: Rollup.OutputChunk | Rollup.OutputAsset): Built {
  if (file.type === "asset") return { content: file.source, imports: [], styles: [] };
  return { content: file.code, imports: file.imports, styles: [...(file.viteMetadata?.importedCss ?? [])] };
}

/** The one page. Fails the build when there is none. */
export function indexOf(files: BuiltFiles): string {
  const index = files.get("index.html");
  if (index === undefined) throw new Error("the build has made no index.html");
  return typeof index.content === "string" ? index.content : Buffer.from(index.content).toString();
}

/** By name below the folder, with "/" between its parts; nothing if there is no such folder. */
export function filesBelow(folder: string): Map<string, Buffer> {
  if (folder === "" || !existsSync(folder)) return new Map();
  const paths = readdirSync(folder, { recursive: true, encoding: "utf8" }).map((name) => join(folder, name));
  const files = paths.filter((path) => statSync(path).isFile()).sort();
  return new Map(files.map((path) => [relative(folder, path).split(sep).join("/"), readFileSync(path)]));
}
