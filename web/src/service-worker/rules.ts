/**
 * What the service worker does with what: pure.
 */
import { INDEX, type Shell } from "./shell";

const PREFIX = "buzzer-shell-";

/** Of a node, and never the client's: their first part. `/@name` is none of them, whatever the name. */
const OF_THE_NODE = new Set(["api", "ws", "echo", "static", "healthz", "readyz", "metrics"]);

export interface Asked {
  readonly method: string;
  /** Absolute. */
  readonly url: string;
  /** "navigate" for a page. */
  readonly mode: string;
}

/** `leave`: none of our business. `page`: index.html, from the network if that answers soon. `file`: as kept. */
export type Handling = "leave" | "page" | "file";

export function handlingOf(asked: Asked, origin: string, shell: Shell): Handling {
  const url = new URL(asked.url);
  if (asked.method !== "GET" || url.origin !== origin) return "leave";
  const parts = url.pathname.split("/");
  if (OF_THE_NODE.has(parts[1] ?? "")) return "leave";
  if (url.search === "" && isOurs(url.pathname, shell)) return "file";
  // As a node has it: a name with an extension is a file, anything else a page.
  const isPage = asked.mode === "navigate" && !(parts.at(-1) ?? "").includes(".");
  return isPage ? "page" : "leave";
}

export function isOurs(path: string, shell: Shell): boolean {
  return path !== INDEX && (shell.first.includes(path) || shell.lazy.includes(path));
}

/** Whether index.html is of the same version: nodes of a grid may not all have been renewed yet. */
export function belongsTo(html: string, shell: Shell): boolean {
  const named = html.match(/\/assets\/[\w.-]+/g) ?? [];
  return named.length > 0 && named.every((path) => shell.first.includes(path));
}

export function cacheOf(shell: Shell): string {
  return PREFIX + shell.version;
}

/** Those of the caches that are another version's. Caches that are not ours stay. */
export function outdated(caches: readonly string[], shell: Shell): string[] {
  return caches.filter((name) => name.startsWith(PREFIX) && name !== cacheOf(shell));
}
