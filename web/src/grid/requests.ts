/**
 * The requests of one connection: gives them numbers, keeps no more than a few of them under way, lets the others wait
 * in line, and brings each its answer. Answers are told of by calls rather than promises, so that a subscription's
 * number is known before the message behind it is looked at.
 *
 * Every request ends exactly once: answered, failed with the node's error, or failed as "offline" (indefinite) when
 * its time is over, the line is full, or the connection has ended.
 */
import type { Answers, FromServer, Request } from "../protocol/v1";
import { failureOf, offline } from "./failure";
import type { Failure } from "./failure";

export type WithoutId<R> = R extends unknown ? Omit<R, "id"> : never;
/** A request before it has its number. */
export type Wish = WithoutId<Request>;
export type AnswerToWish<W extends Wish> = Answers[W["type"]];

/** How many may wait in line. */
export const MOST_WAITING = 256;

interface Pending {
  readonly id: number;
  readonly wish: Wish;
  /** Undefined once it has ended: what is under way then still takes a place until the node answers. */
  answered: ((answer: FromServer) => void) | undefined;
  failed: ((failure: Failure) => void) | undefined;
  timer: ReturnType<typeof setTimeout> | undefined;
}

export class Requests {
  private lastId = 0;
  private ended = false;
  private readonly underWay = new Map<number, Pending>();
  private waiting: Pending[] = [];

  constructor(
    private readonly send: (request: Request) => void,
    private mostUnderWay: number,
  ) {}

  get underWayCount(): number {
    return this.underWay.size;
  }

  setMostUnderWay(most: number): void {
    this.mostUnderWay = most;
    this.sendWaiting();
  }

  /** `urgent`: goes at once, whatever is under way. */
  ask<W extends Wish>(
    wish: W,
    timeoutMs: number,
    answered: (answer: AnswerToWish<W>) => void,
    failed: (failure: Failure) => void,
    urgent = false,
  ): void {
    if (this.ended) return failed(offline("the connection has ended"));
    if (!urgent && this.waiting.length >= MOST_WAITING)
      return failed(offline("too many requests are waiting"));
    const pending: Pending = {
      id: ++this.lastId,
      wish,
      // The node answers a request with the answer of its type: there is nothing to check it by but `type`.
      answered: (answer) => answered(answer as AnswerToWish<W>),
      failed,
      timer: undefined,
    };
    pending.timer = setTimeout(() => this.giveUp(pending), timeoutMs);
    if (urgent) return this.sendNow(pending);
    this.waiting.push(pending);
    this.sendWaiting();
  }

  /** Whether it was the answer to one of these. */
  take(message: FromServer): boolean {
    if (!("id" in message) || message.id === null) return false;
    const pending = this.underWay.get(message.id);
    if (pending === undefined) return false;
    this.underWay.delete(message.id);
    const { answered, failed } = this.end(pending);
    if (message.type === "error") failed?.(failureOf(message.error));
    else answered?.(message);
    this.sendWaiting();
    return true;
  }

  /** With the connection. */
  endAll(): void {
    if (this.ended) return;
    this.ended = true;
    const all = [...this.underWay.values(), ...this.waiting];
    this.underWay.clear();
    this.waiting = [];
    for (const pending of all) this.end(pending).failed?.(offline("the connection was lost"));
  }

  private giveUp(pending: Pending): void {
    this.waiting = this.waiting.filter((other) => other !== pending);
    this.end(pending).failed?.(offline("no answer came in time"));
  }

  private end(pending: Pending): Pick<Pending, "answered" | "failed"> {
    const { answered, failed } = pending;
    clearTimeout(pending.timer);
    pending.answered = pending.failed = undefined;
    return { answered, failed };
  }

  private sendWaiting(): void {
    while (this.underWay.size < this.mostUnderWay) {
      const next = this.waiting.shift();
      if (next === undefined) return;
      this.sendNow(next);
    }
  }

  private sendNow(pending: Pending): void {
    this.underWay.set(pending.id, pending);
    // A wish of type T with a number is the request of type T.
    this.send({ id: pending.id, ...pending.wish });
  }
}
