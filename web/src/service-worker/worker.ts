/**
 * The service worker: keeps the files of the client, so that it opens at once, and without a network too. What people
 * write is none of its business: the model keeps that.
 *
 * Each version of the client has a worker and a cache of its own. A new one is installed beside the old one, and is put
 * in its place by the browser when no page is open any more that the old one serves; until then such a page may load lazy
 * files of its version, which no node has any more. (Hence no skipWaiting.) A page that is opened meanwhile comes from
 * the network and is of the new version, its files too; only without network it is the old one, which is whole.
 *
 * Errors: an installation that fails leaves everything as it was, and the browser tries again at the next visit.
 */
import { type Asked, belongsTo, cacheOf, handlingOf, outdated } from "./rules";
import type { Kept, Scope } from "./scope";
import { COMPLETE, INDEX, type Shell } from "./shell";

/** For so long a page waits for its node before it is shown as kept. */
export const PATIENCE_MS = 3000;

export function run(scope: Scope, shell: Shell): void {
  const worker = new Worker(scope, shell);
  scope.addEventListener("install", (event) => {
    event.waitUntil(worker.install());
  });
  scope.addEventListener("activate", (event) => {
    event.waitUntil(worker.activate());
  });
  scope.addEventListener("fetch", (event) => {
    const handling = handlingOf(event.request, scope.location.origin, shell);
    if (handling === "page") event.respondWith(worker.page(event.request));
    if (handling === "file") event.respondWith(worker.file(event.request));
  });
  scope.addEventListener("message", (event) => {
    if (event.data === COMPLETE) event.waitUntil(worker.complete());
  });
}

class Worker {
  constructor(
    private readonly scope: Scope,
    private readonly shell: Shell,
  ) {}

  async install(): Promise<void> {
    const cache = await this.cache();
    const index = await this.load(INDEX);
    if (!belongsTo(await index.clone().text(), this.shell)) {
      throw new Error("the node has another version of the client than this worker's");
    }
    await cache.put(INDEX, index);
    await Promise.all(this.shell.first.map(async (path) => cache.put(path, await this.load(path))));
  }

  async activate(): Promise<void> {
    const gone = outdated(await this.scope.caches.keys(), this.shell);
    await Promise.all(gone.map((name) => this.scope.caches.delete(name)));
    await this.scope.clients.claim();
  }

  async page(asked: Asked): Promise<Response> {
    const answer = this.scope.fetch(asked);
    const inTime = await Promise.race([usable(answer), elapse(PATIENCE_MS)]);
    if (inTime !== undefined) return inTime;
    const kept = await (await this.cache()).match(INDEX);
    return kept ?? answer;
  }

  async file(asked: Asked): Promise<Response> {
    const cache = await this.cache();
    const path = new URL(asked.url).pathname;
    const kept = await cache.match(path);
    if (kept !== undefined) return kept;
    const answer = await this.scope.fetch(asked);
    if (answer.ok) await cache.put(path, answer.clone());
    return answer;
  }

  /** One at a time. What cannot be had now is fetched another time. */
  async complete(): Promise<void> {
    const cache = await this.cache();
    try {
      for (const path of this.shell.lazy) {
        if ((await cache.match(path)) === undefined) await cache.put(path, await this.load(path));
      }
    } catch {
      // No network, or the node has another version by now: the page tells who looks at it, if it matters.
    }
  }

  private cache(): Promise<Kept> {
    return this.scope.caches.open(cacheOf(this.shell));
  }

  /** What has no hash in its name may have changed since the browser last had it: the server is asked. */
  private async load(path: string): Promise<Response> {
    const isImmutable = path.startsWith("/assets/");
    const answer = await (isImmutable
      ? this.scope.fetch(path)
      : this.scope.fetch(path, { cache: "no-cache" }));
    if (!answer.ok) throw new Error(`${path}: ${answer.status}`);
    return answer;
  }
}

/** Undefined if there is none, or one that says only that the server has trouble, such as a proxy's 502. */
async function usable(answer: Promise<Response>): Promise<Response | undefined> {
  try {
    const come = await answer;
    return come.status >= 500 ? undefined : come;
  } catch {
    return undefined;
  }
}

function elapse(milliseconds: number): Promise<undefined> {
  return new Promise((resolve) => {
    setTimeout(() => {
      resolve(undefined);
    }, milliseconds);
  });
}
