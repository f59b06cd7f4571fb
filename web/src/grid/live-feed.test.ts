import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Cell } from "../base/cell";
import type { Needs, Ready } from "./asker";
import type { Connection, SubscriptionEvents, SubscriptionMessage } from "./connection";
import { Failure } from "./failure";
import { LiveFeed } from "./live-feed";

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

/** A connection that does what the test says. */
class FakeConnection {
  readonly asked: { readonly after: string | undefined; readonly events: SubscriptionEvents }[] = [];
  readonly unsubscribed: number[] = [];
  over = false;

  subscribe(_feed: unknown, after: string | undefined, events: SubscriptionEvents): void {
    this.asked.push({ after, events });
  }

  unsubscribe(number: number): void {
    this.unsubscribed.push(number);
  }

  get events(): SubscriptionEvents {
    const last = this.asked.at(-1);
    if (last === undefined) throw new Error("nothing is asked");
    return last.events;
  }

  push(prev: string, position: string, id: string): void {
    const buzz = { id, author: "bob", text: id, version: 1, posted: "", entities: [] };
    this.tell({ type: "push", subscription: 1, prev, position, entry: { kind: "posted", buzz } });
  }

  mark(position: string, prev?: string): void {
    this.tell({ type: "mark", subscription: 1, position, ...(prev === undefined ? {} : { prev }) });
  }

  tell(message: SubscriptionMessage): void {
    this.events.told(message);
  }
}

function start(needs: Needs = "anyone"): {
  readonly ready: Cell<Ready | undefined>;
  readonly told: string[];
  readonly feed: LiveFeed;
  connect(who?: Ready["who"]): FakeConnection;
} {
  const ready = new Cell<Ready | undefined>(undefined);
  const told: string[] = [];
  const feed = new LiveFeed(
    ready,
    { kind: "author", of: "bob" },
    needs,
    {
      begun: () => told.push("begun"),
      resumed: () => told.push("resumed"),
      gap: () => told.push("gap"),
      entry: (entry) => told.push("buzz" in entry ? entry.buzz.id : entry.kind),
      ended: ({ code }) => told.push(`ended ${code}`),
    },
    () => 1,
  );
  feed.start();
  return {
    ready,
    told,
    feed,
    connect: (who = "guest") => {
      const connection = new FakeConnection();
      ready.set({ connection: connection as unknown as Connection, who });
      return connection;
    },
  };
}

describe("a live feed", () => {
  it("begins with a mark, and goes on behind its last position on the next connection", () => {
    const { connect, told, ready, feed } = start();
    const first = connect();
    expect(first.asked[0]?.after).toBeUndefined();
    first.events.subscribed(1);
    first.mark("p1");
    first.push("p1", "p2", "10");
    first.mark("p5", "p2");
    ready.set(undefined);
    const second = connect();
    expect(second.asked[0]?.after).toBe("p5");
    second.mark("p5", "p5");
    second.push("p5", "p6", "11");
    expect(told).toEqual(["begun", "10", "resumed", "11"]);
    expect(feed.position).toBe("p6");
  });

  it("subscribes again behind what it has when a push is missing, and passes over the rest of the old one", () => {
    const { connect, told } = start();
    const connection = connect();
    connection.events.subscribed(1);
    connection.mark("p1");
    const old = connection.events;
    connection.push("p2", "p3", "lost its predecessor");
    expect(connection.unsubscribed).toEqual([1]);
    vi.advanceTimersByTime(0);
    expect(connection.asked[1]?.after).toBe("p1");
    old.told({ type: "mark", subscription: 1, prev: "p1", position: "p9" });
    connection.events.subscribed(2);
    connection.mark("p1", "p1");
    connection.push("p1", "p2", "10");
    expect(told).toEqual(["begun", "resumed", "10"]);
  });

  it("does not turn in a circle when every push is broken", () => {
    const { connect } = start();
    const connection = connect();
    connection.mark("p1");
    for (let second = 0; second < 60; second++) {
      connection.push("p7", "p8", "never");
      vi.advanceTimersByTime(1_000);
    }
    expect(connection.asked.length).toBeLessThan(15);
  });

  it("tells of a gap, and goes on behind it", () => {
    const { connect, told, feed } = start();
    const connection = connect();
    connection.mark("p1");
    connection.tell({ type: "gap", subscription: 1, position: "p50", reload: true });
    connection.push("p50", "p51", "10");
    expect(told).toEqual(["begun", "gap", "10"]);
    expect(feed.position).toBe("p51");
  });

  it("ends when there is no such feed, and tries again when it is only not available", () => {
    const problem = { type: "", title: "", status: 400, detail: "" };
    const { connect, told } = start();
    const connection = connect();
    connection.events.subscribed(1);
    connection.mark("p1");
    const unavailable = { ...problem, code: "unavailable", definite: false, retry_after_ms: 700 } as const;
    connection.tell({ type: "subscription_ended", subscription: 1, error: unavailable });
    vi.advanceTimersByTime(699);
    expect(connection.asked.length).toBe(1);
    vi.advanceTimersByTime(1);
    expect(connection.asked[1]?.after).toBe("p1");
    const tooMany = { ...problem, code: "too_many_subscriptions", definite: true } as const;
    connection.tell({ type: "subscription_ended", subscription: 1, error: tooMany });
    vi.advanceTimersByTime(10_000);
    expect(connection.asked.length).toBe(3);
    expect(told).toEqual(["begun"]);
    connection.events.failed(new Failure("unknown_user", true, ""));
    vi.advanceTimersByTime(60_000);
    expect(connection.asked.length).toBe(3);
    expect(told).toEqual(["begun", "ended unknown_user"]);
  });

  it("that needs a member waits for the login, and does not subscribe twice on one connection", () => {
    const { ready, connect } = start({ member: "alice" });
    const connection = connect("unknown");
    expect(connection.asked.length).toBe(0);
    ready.set({ connection: connection as unknown as Connection, who: "member", name: "bob" });
    expect(connection.asked.length).toBe(0);
    ready.set({ connection: connection as unknown as Connection, who: "member", name: "alice" });
    ready.set({ connection: connection as unknown as Connection, who: "member", name: "alice" });
    expect(connection.asked.length).toBe(1);
  });

  it("that is stopped takes its subscription back, even one whose number is not known yet", () => {
    const { connect, feed, told } = start();
    const connection = connect();
    const { events } = connection;
    feed.stop();
    events.subscribed(4);
    events.told({ type: "mark", subscription: 4, position: "p1" });
    expect(connection.unsubscribed).toEqual([4]);
    expect(told).toEqual([]);
    feed.start();
    expect(connection.asked.length).toBe(2);
  });
});
