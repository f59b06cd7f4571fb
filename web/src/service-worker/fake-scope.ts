/**
 * For the tests of the worker: a browser's side of it, with a network that answers, errs, stalls or is not there.
 */
import type { Asked } from "./rules";
import type { Event, FetchEvent, Kept, MessageEvent, Scope } from "./scope";

type Network = (path: string) => Promise<Response>;
type Handler = (event: Event & FetchEvent & MessageEvent) => void;

export class FakeScope implements Scope {
  readonly location = { origin: "https://buzz.example" };
  /** Each request, as "path cache-mode". */
  readonly fetched: string[] = [];
  hasClaimed = false;

  private readonly stored = new Map<string, Map<string, Response>>();
  private readonly handlers = new Map<string, Handler>();
  private network: Network = () => Promise.reject(new TypeError("Failed to fetch"));

  readonly caches = {
    open: (name: string): Promise<Kept> => {
      const files = this.stored.get(name) ?? new Map<string, Response>();
      this.stored.set(name, files);
      return Promise.resolve({
        match: (path: string) => Promise.resolve(files.get(path)?.clone()),
        put: (path: string, answer: Response) => {
          files.set(path, answer);
          return Promise.resolve();
        },
      });
    },
    keys: (): Promise<string[]> => Promise.resolve([...this.stored.keys()]),
    delete: (name: string): Promise<boolean> => Promise.resolve(this.stored.delete(name)),
  };

  readonly clients = {
    claim: (): Promise<void> => {
      this.hasClaimed = true;
      return Promise.resolve();
    },
  };

  fetch(what: Asked | string, options?: { cache: string }): Promise<Response> {
    const path = typeof what === "string" ? what : new URL(what.url).pathname;
    this.fetched.push(`${path} ${options?.cache ?? "default"}`);
    return this.network(path);
  }

  addEventListener(type: string, handler: Handler): void {
    this.handlers.set(type, handler);
  }

  /** What is not among the files gets the status. */
  serve(files: Readonly<Record<string, string>>, otherwise = 404): void {
    this.network = (path) => {
      const body = files[path];
      return Promise.resolve(
        body === undefined ? new Response(String(otherwise), { status: otherwise }) : new Response(body),
      );
    };
  }

  disconnect(): void {
    this.network = () => Promise.reject(new TypeError("Failed to fetch"));
  }

  stall(): void {
    this.network = () => new Promise(() => undefined);
  }

  kept(cache: string): string[] {
    return [...(this.stored.get(cache)?.keys() ?? [])];
  }

  /** Until what the event set going is done. */
  async tell(type: "install" | "activate" | "message", data?: unknown): Promise<void> {
    const work: Promise<unknown>[] = [];
    this.handle(type, { data, waitUntil: (more) => void work.push(more) });
    await Promise.all(work);
  }

  /** The body of the worker's answer. */
  async ask(path: string, mode = "no-cors"): Promise<string> {
    const answers: Promise<Response>[] = [];
    const request = { method: "GET", mode, url: this.location.origin + path };
    this.handle("fetch", { request, respondWith: (answer) => void answers.push(answer) });
    const answer = await answers[0];
    if (answer === undefined) throw new Error(`the worker leaves ${path} alone`);
    return answer.text();
  }

  private handle(type: string, event: Partial<Event & FetchEvent & MessageEvent>): void {
    const unexpected = (): never => {
      throw new Error(`not of an event "${type}"`);
    };
    const request = { method: "", mode: "", url: "" };
    this.handlers.get(type)?.({
      data: undefined,
      request,
      waitUntil: unexpected,
      respondWith: unexpected,
      ...event,
    });
  }
}
