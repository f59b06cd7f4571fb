/**
 * Makes /sw.js of src/service-worker/, with the list of what it keeps: see shell.ts there. It is a script of its own,
 * which shares no file with the page.
 */
import { createHash } from "node:crypto";
import { build, type Plugin } from "vite";
import type { Shell } from "../src/service-worker/shell";
import { builtFiles, filesBelow, indexOf } from "./bundle";
import { type BuiltFiles, firstLoad } from "./first-load";

const NAME = "sw.js";

/** `extra`: the files of public/. Its version is that of all their names and contents. */
export function shellOf(files: BuiltFiles, html: string, extra: ReadonlyMap<string, Uint8Array>): Shell {
  const contents = new Map<string, string | Uint8Array>(extra);
  for (const [name, file] of files) contents.set(name, file.content);
  const names = [...contents.keys()].filter((name) => name !== "index.html" && !name.endsWith(".map")).sort();

  const hash = createHash("sha256").update(html);
  for (const name of names) hash.update(`\0${name}\0`).update(contents.get(name) ?? "");

  const first = new Set(firstLoad(html, files));
  const pathsOf = (chosen: readonly string[]): string[] => chosen.map((name) => `/${name}`);
  return {
    version: hash.digest("hex").slice(0, 16),
    first: pathsOf(names.filter((name) => first.has(name))),
    lazy: pathsOf(names.filter((name) => name.startsWith("assets/") && !first.has(name))),
  };
}

export function serviceWorker(entry: string): Plugin {
  let publicFolder = "";
  return {
    name: "buzzer:service-worker",
    apply: "build",
    enforce: "post",
    configResolved(config) {
      publicFolder = config.publicDir;
    },
    generateBundle: {
      order: "post",
      async handler(_options, bundle) {
        const files = builtFiles(bundle);
        const shell = shellOf(files, indexOf(files), filesBelow(publicFolder));
        this.emitFile({ type: "asset", fileName: NAME, source: await bundled(entry, shell) });
      },
    },
  };
}

async function bundled(entry: string, shell: Shell): Promise<string> {
  const result = await build({
    configFile: false,
    publicDir: false,
    logLevel: "warn",
    define: { __SHELL__: JSON.stringify(shell) },
    build: {
      write: false,
      target: "es2022",
      modulePreload: false,
      rollupOptions: { input: entry, output: { format: "iife" } },
    },
  });
  const outputs = Array.isArray(result) ? result : [result];
  const scripts = outputs
    .flatMap((one) => ("output" in one ? one.output : []))
    .filter((file) => file.type === "chunk");
  const [script] = scripts;
  if (script === undefined || scripts.length > 1) throw new Error(`${entry} has not become one script`);
  return script.code;
}
