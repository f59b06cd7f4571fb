/**
 * Writes /licences.txt: the licence of each package of which the client contains a part, as most of them ask for.
 */
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import type { Plugin } from "vite";

/** The folder of the package that a module is of; undefined for our own. */
export function packageOf(module: string): string | undefined {
  return /^(.*\/node_modules\/(?:@[^/]+\/)?[^/@][^/]*)\//.exec(module.replace(/^\0/, ""))?.[1];
}

export function licences(): Plugin {
  return {
    name: "buzzer:licences",
    apply: "build",
    generateBundle(_options, bundle) {
      const chunks = Object.values(bundle).flatMap((file) => (file.type === "chunk" ? [file] : []));
      const modules = chunks.flatMap((chunk) => chunk.moduleIds);
      const folders = [...new Set(modules.flatMap((module) => packageOf(module) ?? []))].sort();
      this.emitFile({ type: "asset", fileName: "licences.txt", source: folders.map(licenceOf).join("\n") });
    },
  };
}

function licenceOf(folder: string): string {
  const { name, version, license } = JSON.parse(readFileSync(join(folder, "package.json"), "utf8")) as Record<
    string,
    unknown
  >;
  const file = readdirSync(folder).find((found) => /^licen[cs]e(\.|$)/i.test(found));
  const text = file === undefined ? "" : readFileSync(join(folder, file), "utf8");
  return `${String(name)} ${String(version)}: ${String(license)}\n\n${text}`;
}
