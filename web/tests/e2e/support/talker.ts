/**
 * Somebody who speaks buzzer.v1.json without a browser: prepares what a test needs, and is the other side of what a
 * page is shown. Requests are answered or rejected with the code of the error; at most 24 are under way, the rest waits.
 */
import type { Answers, Buzz, BuzzId, FromServer, Request } from "../../../src/protocol/v1";
import { Wire } from "./wire";

type WithoutId<R> = R extends unknown ? Omit<R, "id"> : never;
export type Wish = WithoutId<Request>;

const MOST_UNDER_WAY = 24;

export class RequestFailed extends Error {
  constructor(
    readonly code: string,
    message: string,
  ) {
    super(message);
  }
}

interface Waiting {
  readonly wish: Wish;
  readonly done: (answer: FromServer) => void;
  readonly failed: (error: Error) => void;
}

export class Talker {
  private wire: Wire | undefined;
  private last = 0;
  private readonly underWay = new Map<number, Waiting>();
  private readonly queue: Waiting[] = [];
  private gone = false;

  static async open(port: number): Promise<Talker> {
    const talker = new Talker();
    talker.wire = await Wire.open(
      port,
      (message) => talker.take(JSON.parse(message) as FromServer),
      () => talker.end(),
    );
    return talker;
  }

  ask<W extends Wish>(wish: W): Promise<Answers[W["type"]]> {
    return new Promise((resolve, reject) => {
      const done = resolve as (answer: FromServer) => void;
      this.queue.push({ wish, done, failed: reject });
      this.sendQueued();
    });
  }

  async post(text: string, inReplyTo?: BuzzId): Promise<BuzzId> {
    const posted = await this.ask(
      inReplyTo === undefined ? { type: "post", text } : { type: "post", text, in_reply_to: inReplyTo },
    );
    return posted.buzz_id;
  }

  /** In this order: a node does what comes on one connection as it comes. */
  postAll(texts: readonly string[]): Promise<BuzzId[]> {
    return Promise.all(texts.map((text) => this.post(text)));
  }

  /** All that one page of a feed of a user has, newest first. */
  async feed(kind: "home" | "author" | "mentions", of: string): Promise<readonly Buzz[]> {
    return (await this.ask({ type: "get_feed", feed: { kind, of }, limit: 200 })).buzzes;
  }

  /** All that a user's home feed has, newest first. */
  async wholeHome(of: string): Promise<readonly Buzz[]> {
    const feed = { kind: "home", of } as const;
    const all: Buzz[] = [];
    for (let page = await this.ask({ type: "get_feed", feed, limit: 200 }); ;) {
      all.push(...page.buzzes);
      if (page.older === undefined) return all;
      page = await this.ask({ type: "get_feed", feed, cursor: page.older, limit: 200 });
    }
  }

  close(): void {
    this.wire?.close();
    this.end();
  }

  private sendQueued(): void {
    if (this.gone) {
      for (const waiting of this.queue.splice(0)) waiting.failed(new Error("the connection is gone"));
      return;
    }
    while (this.underWay.size < MOST_UNDER_WAY) {
      const waiting = this.queue.shift();
      if (waiting === undefined) return;
      this.last += 1;
      this.underWay.set(this.last, waiting);
      this.wire?.send(JSON.stringify({ ...waiting.wish, id: this.last }));
    }
  }

  private take(message: FromServer): void {
    if (!("id" in message) || message.id === null) return;
    const waiting = this.underWay.get(message.id);
    if (waiting === undefined) return;
    this.underWay.delete(message.id);
    if (message.type === "error") {
      const { code, detail } = message.error;
      waiting.failed(new RequestFailed(code, `${waiting.wish.type}: ${code}: ${detail}`));
    } else {
      waiting.done(message);
    }
    this.sendQueued();
  }

  private end(): void {
    this.gone = true;
    for (const waiting of this.underWay.values()) {
      waiting.failed(new Error(`${waiting.wish.type}: the connection has ended without an answer`));
    }
    this.underWay.clear();
    this.sendQueued();
  }
}
