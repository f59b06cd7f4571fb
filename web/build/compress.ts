/**
 * Writes `app.js.br` and `app.js.gz` beside each text of the build that is worth it: a node hands them out as they are,
 * and compresses nothing itself.
 */
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import type { Plugin } from "vite";
import { filesBelow } from "./bundle";
import { brotli } from "./first-load";

/** What is smaller fits into the first packet anyway. */
const LEAST_BYTES = 1024;
const TEXT = /\.(html|js|css|json|svg|txt|webmanifest)$/;

export function isWorthIt(name: string, bytes: number): boolean {
  return TEXT.test(name) && bytes > LEAST_BYTES;
}

export function compress(): Plugin {
  return {
    name: "buzzer:compress",
    apply: "build",
    enforce: "post",
    // By then everything is in the folder, also what comes from public/.
    writeBundle: {
      order: "post",
      sequential: true,
      handler({ dir }) {
        if (dir === undefined) throw new Error("the build has no folder to write to");
        for (const [name, bytes] of filesBelow(dir)) {
          if (isWorthIt(name, bytes.length)) writeBeside(join(dir, name));
        }
      },
    },
  };
}

function writeBeside(path: string): void {
  const bytes = readFileSync(path);
  writeFileSync(`${path}.br`, brotli(bytes));
  writeFileSync(`${path}.gz`, gzipSync(bytes, { level: 9 }));
}
