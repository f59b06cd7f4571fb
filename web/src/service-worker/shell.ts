/**
 * What of the client one version of the service worker keeps: paths such as "/assets/index-DiwrgTda.js".
 *
 * Written by the build (build/service-worker.ts) into the worker itself, so that a new version of the client is a new
 * worker too.
 */
export interface Shell {
  /** Says what is in the files: another one for any change. */
  readonly version: string;
  /** The first load, without which there is no page: kept before the worker is installed. */
  readonly first: readonly string[];
  /** What is loaded when needed: kept afterwards, one file at a time. */
  readonly lazy: readonly string[];
}

/** The one page, whatever the address. */
export const INDEX = "/index.html";

/** What a page asks the worker for (postMessage), once it is at rest: to keep what is lazy, too. */
export const COMPLETE = "complete";
