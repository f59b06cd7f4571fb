/**
 * One feed, followed live across connections and nodes: holds the last position, subscribes behind it on every new
 * connection, and checks each message against it, so that what it tells of has neither gap nor repeat.
 *
 * Its owner is told, in this order, of `begun` (the first mark of a subscription without a position: only from here on
 * is everything told, so now is the time to read pages) or of entries; of `gap` when something cannot be told; and of
 * `ended` when there is no such feed, after which nothing comes until the next connection, where it is looked for once
 * more. A gap or begun may come again.
 */
import { delayBefore } from "../base/back-off";
import type { BackOff } from "../base/back-off";
import type { Readable } from "../base/cell";
import type { Entry, Feed } from "../protocol/v1";
import { mayAsk } from "./asker";
import type { Needs, Ready } from "./asker";
import type { Connection, SubscriptionMessage } from "./connection";
import { failureOf } from "./failure";
import type { Failure } from "./failure";

export const RESUBSCRIBE: BackOff = { first: 500, most: 10_000 };

export interface LiveFeedEvents {
  begun(): void;
  /** Everything from the position that one had is told from here on. */
  resumed(): void;
  entry(entry: Entry): void;
  gap(): void;
  ended(failure: Failure): void;
}

export class LiveFeed {
  /** Undefined: it begins from now on. */
  private last: string | undefined;
  private connection: Connection | undefined;
  private number: number | undefined;
  /** Nothing of this subscription has been told yet. */
  private first = true;
  /** Counts subscriptions: what comes of an earlier one is passed over. */
  private generation = 0;
  private failures = 0;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private unwatch: (() => void) | undefined;

  constructor(
    private readonly ready: Readable<Ready | undefined>,
    readonly feed: Feed,
    private readonly needs: Needs,
    private readonly events: LiveFeedEvents,
    private readonly random: () => number,
  ) {}

  get position(): string | undefined {
    return this.last;
  }

  start(): void {
    if (this.unwatch !== undefined) return;
    this.unwatch = this.ready.watch(() => this.look());
    this.look();
  }

  /** Before it is started: goes on behind this. */
  goOnAfter(position: string): void {
    this.last = position;
  }

  /** Nothing is told any more, until it is started again. */
  stop(): void {
    this.unwatch?.();
    this.unwatch = undefined;
    this.leave();
  }

  /** Begins anew, as if nothing had been told. */
  restart(): void {
    this.stop();
    this.last = undefined;
    this.start();
  }

  private look(): void {
    const ready = this.ready.get();
    const may = ready !== undefined && mayAsk(ready, this.needs) === "now";
    const connection = may ? ready.connection : undefined;
    if (connection === this.connection) return;
    this.leave();
    this.failures = 0;
    this.connection = connection;
    this.subscribe();
  }

  private leave(): void {
    clearTimeout(this.timer);
    this.generation++;
    if (this.number !== undefined) this.connection?.unsubscribe(this.number);
    this.number = undefined;
    this.connection = undefined;
  }

  private subscribe(): void {
    const connection = this.connection;
    if (connection === undefined || connection.over) return;
    const generation = ++this.generation;
    const isCurrent = (): boolean => generation === this.generation;
    this.first = true;
    connection.subscribe(this.feed, this.last, {
      subscribed: (number) => {
        if (isCurrent()) this.number = number;
        else connection.unsubscribe(number);
      },
      told: (message) => {
        if (isCurrent()) this.told(message);
      },
      failed: (failure) => {
        if (isCurrent()) this.failed(failure);
      },
    });
  }

  private told(message: SubscriptionMessage): void {
    switch (message.type) {
      case "push":
        if (this.last === undefined || message.prev !== this.last) return this.broken();
        this.went(message.position);
        return this.events.entry(message.entry);
      case "mark":
        return this.marked(message.prev, message.position);
      case "gap":
        this.went(message.position);
        return this.events.gap();
      case "subscription_ended":
        this.number = undefined;
        return this.failed(failureOf(message.error));
      case "grid_changed":
    }
  }

  private marked(prev: string | undefined, position: string): void {
    const wasFirst = this.first;
    const before = this.last;
    if (before === undefined) {
      this.went(position);
      return this.events.begun();
    }
    if ((prev ?? position) !== before) return this.broken();
    this.went(position);
    if (wasFirst) this.events.resumed();
  }

  private went(position: string): void {
    this.last = position;
    this.first = false;
    this.failures = 0;
  }

  /** Something is missing: once more behind what one has. */
  private broken(): void {
    if (this.number !== undefined) this.connection?.unsubscribe(this.number);
    this.number = undefined;
    this.generation++;
    this.again(this.failures === 0 ? 0 : undefined);
  }

  private failed(failure: Failure): void {
    // Room for subscriptions comes back; who is logged in is asked by the session.
    const passing = failure.code === "too_many_subscriptions" || failure.code === "unauthorized";
    if (!failure.definite || passing) return this.again(failure.retryAfter);
    this.generation++;
    this.events.ended(failure);
  }

  private again(after?: number): void {
    clearTimeout(this.timer);
    const wait = after ?? delayBefore(this.failures, this.random(), RESUBSCRIBE);
    this.failures++;
    this.timer = setTimeout(() => this.subscribe(), wait);
  }
}
