/**
 * To which node next: the rules, pure. The page's own node comes first, then those that the grid has told of, the
 * living before the others; after a failure comes the next one in that line.
 */
import type { GridNode } from "../protocol/v1";

const LOOPBACK = new Set(["127.0.0.1", "localhost", "[::1]"]);

/** Where the page's own node takes WebSockets. `origin`: "https://buzz.example". */
export function ownUrl(origin: string): string {
  return `${origin.replace(/^http/, "ws")}/ws`;
}

export function hostNameOf(url: string): string {
  try {
    return new URL(url).hostname;
  } catch {
    return "";
  }
}

/**
 * The address under which this page may go to a node, or undefined if it may not. A page that came over TLS takes no
 * plain connection. A node of another host name never sees the session cookie: only who needs none (`anyHost`) goes
 * there. The names of loopback are one: the page's own is taken, so that the cookie comes along.
 */
export function usableUrl(url: string, origin: string, anyHost: boolean): string | undefined {
  let parsed: URL;
  let page: URL;
  try {
    parsed = new URL(url);
    page = new URL(origin);
  } catch {
    return undefined;
  }
  if (parsed.protocol !== "wss:" && (parsed.protocol !== "ws:" || page.protocol === "https:"))
    return undefined;
  if (LOOPBACK.has(parsed.hostname) && LOOPBACK.has(page.hostname)) parsed.hostname = page.hostname;
  if (parsed.hostname !== page.hostname && !anyHost) return undefined;
  return parsed.href;
}

/** Every address that this page may go to, the best first, each once. */
export function candidates(origin: string, told: readonly GridNode[], anyHost: boolean): readonly string[] {
  const urls = [ownUrl(origin)];
  for (const alive of [true, false]) {
    for (const node of told) {
      if (node.alive !== alive || node.url === undefined) continue;
      const url = usableUrl(node.url, origin, anyHost);
      if (url !== undefined) urls.push(url);
    }
  }
  return [...new Set(urls)];
}

/** The one to try now: the one after the one that has just failed, round and round; at first the best. */
export function nextCandidate(urls: readonly string[], failed: string | undefined): string | undefined {
  const at = failed === undefined ? -1 : urls.indexOf(failed);
  return urls[(at + 1) % Math.max(1, urls.length)];
}
