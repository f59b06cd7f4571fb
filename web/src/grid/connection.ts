/**
 * One connection to one node, from the socket's opening to its loss: says when it is welcomed and when it is lost,
 * asks, and brings each subscription what is told of it. It notices a node that has died without a word: when
 * nothing has come for a while it pings, if the page is looked at.
 *
 * Made and owned by the GridClient. Once lost it never comes back: everything under way has failed as "offline" then.
 */
import type { Environment, Socket } from "../base/environment";
import type {
  Feed,
  FromServer,
  Gap,
  GridChanged,
  Mark,
  Push,
  SubscriptionEnded,
  Welcome,
} from "../protocol/v1";
import type { Failure } from "./failure";
import { Requests } from "./requests";
import type { AnswerToWish, Wish } from "./requests";

/** From the opening to the welcome. */
export const WELCOME_TIMEOUT_MS = 5_000;
/** So long nothing may come before a ping goes out, and so long its answer may take. */
export const QUIET_MS = 10_000;
export const PONG_TIMEOUT_MS = 5_000;
/** The node reads on with 4 under way of somebody who is not logged in, with 32 of others: one place is for pings. */
const MOST_AS_GUEST = 3;
const MOST_AS_MEMBER = 28;
export const ANSWER_TIMEOUT_MS = 15_000;

export type SubscriptionMessage = Push | Mark | Gap | SubscriptionEnded | GridChanged;

export interface SubscriptionEvents {
  /** Comes before anything else. */
  subscribed(number: number): void;
  told(message: SubscriptionMessage): void;
  /** There is no subscription. */
  failed(failure: Failure): void;
}

export interface ConnectionEvents {
  welcomed(connection: Connection): void;
  /** The WebSocket's close code; 1006 if there was none. */
  lost(connection: Connection, code: number): void;
  sessionEnded(connection: Connection): void;
}

export class Connection {
  private readonly socket: Socket;
  private readonly requests: Requests;
  private readonly subscriptions = new Map<number, SubscriptionEvents>();
  private timer: ReturnType<typeof setTimeout> | undefined;
  private pinging = false;
  private isOver = false;
  private welcome: Welcome | undefined;

  constructor(
    private readonly environment: Environment,
    readonly url: string,
    private readonly events: ConnectionEvents,
  ) {
    this.requests = new Requests((request) => this.socket.send(JSON.stringify(request)), MOST_AS_GUEST);
    this.timer = setTimeout(() => this.lose(1006), WELCOME_TIMEOUT_MS);
    this.socket = environment.openSocket(url, "buzzer.v1.json", {
      opened: () => undefined,
      received: (text) => this.received(text),
      closed: (code) => this.lose(code),
    });
  }

  /** The node at the other end, once welcomed. */
  get node(): number | undefined {
    return this.welcome?.node;
  }

  get over(): boolean {
    return this.isOver;
  }

  /** Who is logged in may have more under way. */
  setMember(member: boolean): void {
    const allowed = this.welcome?.limits.requests_in_flight ?? MOST_AS_MEMBER;
    this.requests.setMostUnderWay(
      member ? Math.max(1, Math.min(MOST_AS_MEMBER, allowed - 4)) : MOST_AS_GUEST,
    );
  }

  ask<W extends Wish>(wish: W, timeoutMs = ANSWER_TIMEOUT_MS): Promise<AnswerToWish<W>> {
    return new Promise((resolve, reject) => this.requests.ask(wish, timeoutMs, resolve, reject));
  }

  subscribe(feed: Feed | "grid", after: string | undefined, events: SubscriptionEvents): void {
    const wish: Wish =
      feed === "grid"
        ? { type: "subscribe_grid" }
        : { type: "subscribe", feed, ...(after === undefined ? {} : { after }) };
    this.requests.ask(
      wish,
      ANSWER_TIMEOUT_MS,
      (answer) => {
        this.subscriptions.set(answer.subscription, events);
        events.subscribed(answer.subscription);
      },
      (failure) => events.failed(failure),
    );
  }

  /** Nothing of it is told any more. */
  unsubscribe(number: number): void {
    if (!this.subscriptions.delete(number) || this.isOver) return;
    const done = (): void => undefined;
    this.requests.ask({ type: "unsubscribe", subscription: number }, ANSWER_TIMEOUT_MS, done, done);
  }

  /** Asks whether the node is still there: lost if it does not answer. */
  probe(): void {
    if (this.isOver || this.pinging || this.welcome === undefined) return;
    this.pinging = true;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.lose(1006), PONG_TIMEOUT_MS);
    const done = (): void => undefined;
    this.requests.ask({ type: "ping" }, PONG_TIMEOUT_MS * 2, done, done, true);
  }

  /** As if the node had closed it. */
  lose(code: number): void {
    if (this.isOver) return;
    this.isOver = true;
    clearTimeout(this.timer);
    this.socket.close();
    this.events.lost(this, code);
    this.requests.endAll();
    this.subscriptions.clear();
  }

  private received(text: string): void {
    if (this.isOver) return;
    const message = parse(text);
    if (message === undefined) return;
    if (this.welcome !== undefined) this.heard();
    if (message.type === "welcome") {
      if (this.welcome !== undefined) return;
      this.welcome = message;
      this.heard();
      this.events.welcomed(this);
    } else if (message.type === "session_ended") {
      this.subscriptions.clear();
      this.setMember(false);
      this.events.sessionEnded(this);
    } else if ("subscription" in message && !("id" in message)) {
      const events = this.subscriptions.get(message.subscription);
      if (message.type === "subscription_ended") this.subscriptions.delete(message.subscription);
      events?.told(message);
    } else {
      this.requests.take(message);
    }
  }

  private heard(): void {
    this.pinging = false;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.quiet(), QUIET_MS);
  }

  private quiet(): void {
    if (this.environment.isVisible()) return this.probe();
    this.timer = setTimeout(() => this.quiet(), QUIET_MS);
  }
}

/** Undefined: no message of this protocol. What has a type that we do not know is passed over further on. */
function parse(text: string): FromServer | undefined {
  try {
    const value: unknown = JSON.parse(text);
    if (typeof value !== "object" || value === null || !("type" in value)) return undefined;
    return value as FromServer;
  } catch {
    return undefined;
  }
}
