/**
 * What the worker uses of a ServiceWorkerGlobalScope. TypeScript's own declarations of it go ill with those of a page,
 * and the tests bring a scope of their own.
 */
import type { Asked } from "./rules";

export interface Event {
  waitUntil(work: Promise<unknown>): void;
}

export interface FetchEvent extends Event {
  readonly request: Asked;
  respondWith(answer: Promise<Response>): void;
}

export interface MessageEvent extends Event {
  readonly data: unknown;
}

export interface Kept {
  match(path: string): Promise<Response | undefined>;
  put(path: string, answer: Response): Promise<void>;
}

export interface Scope {
  readonly location: { readonly origin: string };
  readonly caches: {
    open(name: string): Promise<Kept>;
    keys(): Promise<string[]>;
    delete(name: string): Promise<boolean>;
  };
  readonly clients: { claim(): Promise<void> };
  fetch(what: Asked | string, options?: { cache: "no-cache" }): Promise<Response>;
  addEventListener(type: "install" | "activate", handler: (event: Event) => void): void;
  addEventListener(type: "fetch", handler: (event: FetchEvent) => void): void;
  addEventListener(type: "message", handler: (event: MessageEvent) => void): void;
}
