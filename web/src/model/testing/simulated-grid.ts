/**
 * A grid for tests, in memory: nodes that speak buzzer.v1.json over sockets that tests can cut. All nodes answer from
 * one truth, as if everything were delivered at once; feeds have logs with positions, so that resuming is real.
 *
 * Each message takes DELAY_MS on its way, in the order of sending; with fake timers nothing else takes time.
 */
import type { Environment, Socket, SocketEvents } from "../../base/environment";
import type { Buzz, BuzzEntry, Entry, FollowEntry, PagedFeed, Request } from "../../protocol/v1";
import { answer } from "./simulated-answers";

/** What a node sends. */
export type Message = { readonly type: string } & Readonly<Record<string, unknown>>;

export const DELAY_MS = 5;
export const ORIGIN = "http://127.0.0.1:8080";

export interface Account {
  readonly name: string;
  readonly password: string;
  readonly follows: Set<string>;
}

export interface Logged {
  readonly position: number;
  readonly entry: Entry;
}

/** One end of a connection, as the node sees it. */
export class SimulatedSocket {
  user: Account | undefined;
  /** By number: what is followed, and the position told last. */
  readonly subscriptions = new Map<number, { readonly feed: string; last: number }>();
  readonly gridSubscriptions = new Set<number>();
  lastSubscription = 0;
  isOpen = true;
  /** Of what the node sends; true: it gets lost. */
  loses: ((message: Message) => boolean) | undefined;

  constructor(
    readonly node: number,
    private readonly events: SocketEvents,
    /** How much longer a message takes: answers to reading may come behind what was told later. */
    private readonly slow: (message: Message) => number,
  ) {}

  send(message: Message): void {
    if (!this.isOpen || this.loses?.(message) === true) return;
    const text = JSON.stringify(message);
    setTimeout(
      () => {
        if (this.isOpen) this.events.received(text);
      },
      DELAY_MS + this.slow(message),
    );
  }

  /** The connection breaks, with what is on its way. */
  cut(code = 1006): void {
    if (!this.isOpen) return;
    this.isOpen = false;
    this.events.closed(code);
  }
}

export class SimulatedGrid {
  readonly sockets: SimulatedSocket[] = [];
  readonly accounts = new Map<string, Account>();
  readonly tokens = new Map<string, Account>();
  readonly buzzes = new Map<string, Buzz>();
  /** Answers to requests with keys. */
  readonly answered = new Map<string, object>();
  readonly logs = new Map<string, Logged[]>();
  /** Of each log: what is not told any more. */
  readonly forgotten = new Map<string, number>();
  readonly received: Request[] = [];
  /** Nodes that take no connection. */
  readonly down = new Set<number>();
  /** Called for each request: false, and it gets no answer at all; a code, and it is refused with that. */
  judge: (request: Request, socket: SimulatedSocket) => boolean | string = () => true;
  /** How many milliseconds longer a message of a node takes. */
  slow: (message: Message) => number = () => 0;
  cookie: string | undefined;
  private lastId = 1_000;
  private lastPosition = 0;

  constructor(readonly nodes = 3) {}

  nextId(): string {
    return String((this.lastId += 1));
  }

  openSocket = (url: string, _protocol: string, events: SocketEvents): Socket => {
    const node = Number(new URL(url).port) - 8080;
    if (this.down.has(node)) {
      const timer = setTimeout(() => events.closed(1006), DELAY_MS);
      return { send: () => undefined, close: () => clearTimeout(timer) };
    }
    const socket = new SimulatedSocket(node, events, (message) => this.slow(message));
    this.sockets.push(socket);
    setTimeout(() => {
      if (socket.isOpen) events.opened();
    }, DELAY_MS);
    socket.send(this.welcome(node));
    return {
      send: (text) => {
        setTimeout(() => {
          if (socket.isOpen) this.take(JSON.parse(text) as Request, socket);
        }, DELAY_MS);
      },
      close: () => {
        socket.isOpen = false;
      },
    };
  };

  fetch: Environment["fetch"] = (url, options) => {
    if (this.down.has(0)) return Promise.reject(new TypeError("no connection"));
    if (url.endsWith("/api/v1/session")) {
      const shown = new Headers(options?.headers).get("Authorization");
      this.cookie = options?.method === "POST" ? shown?.slice("Bearer ".length) : undefined;
      return Promise.resolve(new Response(null, { status: 204 }));
    }
    return Promise.resolve(new Response(JSON.stringify(this.grid(0)), { status: 200 }));
  };

  get open(): readonly SimulatedSocket[] {
    return this.sockets.filter((socket) => socket.isOpen);
  }

  kill(node: number): void {
    this.down.add(node);
    for (const socket of this.open) if (socket.node === node) socket.cut();
  }

  account(name: string): Account {
    const known = this.accounts.get(name.toLowerCase());
    if (known !== undefined) return known;
    const account = { name, password: "secret", follows: new Set<string>() };
    this.accounts.set(name.toLowerCase(), account);
    return account;
  }

  /** The posted buzz. */
  post(author: string, text: string, inReplyTo?: string): Buzz {
    const parent = inReplyTo === undefined ? undefined : this.buzzes.get(inReplyTo);
    const buzz: Buzz = {
      id: this.nextId(),
      author,
      text,
      version: 1,
      posted: new Date().toISOString(),
      ...(parent === undefined ? {} : { in_reply_to: parent.id, root: parent.root ?? parent.id }),
      entities: entitiesOf(text),
    };
    this.change({ kind: "posted", buzz });
    return buzz;
  }

  edit(id: string, text: string): Buzz {
    const old = this.buzzes.get(id);
    if (old === undefined) throw new Error(`no buzz ${id}`);
    const edited = new Date().toISOString();
    const buzz = { ...old, text, version: old.version + 1, edited, entities: entitiesOf(text) };
    this.change({ kind: "edited", buzz });
    return buzz;
  }

  remove(id: string): Buzz {
    const old = this.buzzes.get(id);
    if (old === undefined) throw new Error(`no buzz ${id}`);
    const buzz: Buzz = { ...old, text: "", version: old.version + 1, entities: [], deleted: true };
    this.change({ kind: "deleted", buzz });
    return buzz;
  }

  follow(follower: string, author: string, kind: FollowEntry["kind"]): void {
    const { follows } = this.account(follower);
    if (kind === "followed") follows.add(author.toLowerCase());
    else follows.delete(author.toLowerCase());
    this.log(`home:${follower.toLowerCase()}`, { kind, follower, author });
  }

  /** What a feed has now, newest first. */
  feed({ kind, of }: PagedFeed): readonly Buzz[] {
    const key = `${kind}:${of.toLowerCase()}`;
    return [...this.buzzes.values()]
      .filter((buzz) => buzz.deleted !== true && this.feedsOf(buzz).includes(key))
      .reverse();
  }

  /** What has been told so far can be told no more: who comes back meets a gap. */
  forgetLogs(): void {
    for (const [key, log] of this.logs) this.forgotten.set(key, log.at(-1)?.position ?? 0);
    for (const socket of this.open) socket.cut();
  }

  grid(node: number): object {
    const nodes = Array.from({ length: this.nodes }, (_, at) => ({
      node: at,
      alive: !this.down.has(at),
      url: `ws://127.0.0.1:${8080 + at}/ws`,
    }));
    return { node, nodes, links: [], owed: [] };
  }

  /** Tells the subscriptions of a feed what they have not been told. */
  tell(socket: SimulatedSocket): void {
    for (const [subscription, at] of socket.subscriptions) {
      const log = this.logs.get(at.feed) ?? [];
      for (const { position, entry } of log.slice(
        log.findLastIndex((told) => told.position <= at.last) + 1,
      )) {
        const prev = `p${String(at.last)}`;
        at.last = position;
        socket.send({ type: "push", subscription, prev, position: `p${String(position)}`, entry });
      }
    }
  }

  /** Tells who follows the state of the grid. */
  tellGrid(): void {
    for (const socket of this.open) {
      for (const subscription of socket.gridSubscriptions) {
        socket.send({ type: "grid_changed", subscription, grid: this.grid(socket.node) });
      }
    }
  }

  get position(): number {
    return this.lastPosition;
  }

  private take(request: Request, socket: SimulatedSocket): void {
    this.received.push(request);
    const judged = this.judge(request, socket);
    if (judged === false) return;
    const [first, ...others] = answer(this, socket, request, judged);
    if (first !== undefined) socket.send({ ...first, id: request.id });
    for (const message of others) socket.send(message);
    this.tell(socket);
  }

  private welcome(node: number): Message {
    return {
      type: "welcome",
      protocol: "buzzer.v1.json",
      node,
      nodes: this.nodes,
      time: new Date().toISOString(),
      limits: { requests_in_flight: 32, subscriptions: 100, message_bytes: 65_536 },
    };
  }

  private change(entry: BuzzEntry): void {
    const { buzz } = entry;
    const before = this.buzzes.get(buzz.id);
    this.buzzes.set(buzz.id, buzz);
    const feeds = new Set([...(before === undefined ? [] : this.feedsOf(before)), ...this.feedsOf(buzz)]);
    for (const feed of feeds) this.log(feed, entry);
  }

  private log(feed: string, entry: Entry): void {
    const log = this.logs.get(feed) ?? [];
    log.push({ position: ++this.lastPosition, entry });
    this.logs.set(feed, log);
    for (const socket of this.open) this.tell(socket);
  }

  private feedsOf({ id, author, entities, root }: Buzz): readonly string[] {
    const name = author.toLowerCase();
    const mentioned = entities.filter(({ kind }) => kind === "mention").map(({ value }) => value);
    const homes = [...this.accounts].filter(
      ([key, { follows }]) => key === name || follows.has(name) || mentioned.includes(key),
    );
    return [
      `author:${name}`,
      `thread:${root ?? id}`,
      ...homes.map(([key]) => `home:${key}`),
      ...mentioned.map((key) => `mentions:${key}`),
      ...entities.filter(({ kind }) => kind === "topic").map(({ value }) => `topic:${value}`),
    ];
  }
}

function entitiesOf(text: string): Buzz["entities"] {
  return [...text.matchAll(/([@#])(\w+)/g)].map((match) => ({
    kind: match[1] === "@" ? "mention" : "topic",
    begin: match.index,
    end: match.index + match[0].length,
    value: (match[2] ?? "").toLowerCase(),
  }));
}
