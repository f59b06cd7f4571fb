import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Environment, Socket, SocketEvents } from "../base/environment";
import { GridClient } from "./grid-client";

interface Attempt {
  readonly url: string;
  readonly at: number;
  readonly events: SocketEvents;
  readonly sent: { readonly id: number; readonly type: string }[];
  isClosed: boolean;
}

const START = Date.parse("2026-06-23T12:00:00Z");

beforeEach(() => {
  vi.useFakeTimers({ now: START });
});
afterEach(() => {
  vi.useRealTimers();
});

class World {
  readonly attempts: Attempt[] = [];
  isVisible = true;
  random = 1;
  wake: (why: "online" | "offline" | "visible") => void = () => undefined;
  readonly client: GridClient;

  constructor(urls: readonly string[] = ["ws://a/ws", "ws://b/ws", "ws://c/ws"]) {
    const environment: Environment = {
      origin: "http://a",
      openSocket: (url, _protocol, events): Socket => {
        const attempt: Attempt = { url, at: Date.now() - START, events, sent: [], isClosed: false };
        this.attempts.push(attempt);
        return {
          send: (text) => attempt.sent.push(JSON.parse(text) as Attempt["sent"][number]),
          close: () => (attempt.isClosed = true),
        };
      },
      fetch: () => Promise.reject(new TypeError("none")),
      small: { get: () => undefined, set: () => undefined, remove: () => undefined },
      large: {
        get: () => Promise.resolve(undefined),
        set: () => Promise.resolve(),
        update: () => Promise.resolve(false),
        remove: () => Promise.resolve(),
      },
      isVisible: () => this.isVisible,
      onWake: (woken) => {
        this.wake = woken;
        return () => undefined;
      },
      onOtherTab: () => () => undefined,
      alone: (_name, work) => work(),
      random: () => this.random,
    };
    this.client = new GridClient(
      environment,
      () => urls,
      () => undefined,
    );
    this.client.start();
  }

  get last(): Attempt {
    const last = this.attempts.at(-1);
    if (last === undefined) throw new Error("no attempt");
    return last;
  }

  welcome(): void {
    this.say({ type: "welcome", protocol: "buzzer.v1.json", node: 7, nodes: 3, limits: {} });
  }

  say(message: object): void {
    this.last.events.received(JSON.stringify(message));
  }
}

describe("the connection to the grid", () => {
  it("is there with the welcome", () => {
    const world = new World();
    expect(world.client.connection.get()).toBeUndefined();
    world.welcome();
    expect(world.client.connection.get()?.node).toBe(7);
    expect(world.last.url).toBe("ws://a/ws");
  });

  it("when lost is made again within a moment that differs, at another node", () => {
    for (const random of [0, 0.5, 1]) {
      const world = new World();
      world.random = random;
      world.welcome();
      const lost = Date.now() - START;
      world.last.events.closed(4001);
      vi.advanceTimersToNextTimer();
      expect(world.last).toMatchObject({ url: "ws://b/ws", at: lost + 250 * random });
    }
  });

  it("to a node that welcomes and closes is not made again without a growing pause", () => {
    const world = new World();
    for (let tries = 0; tries < 5; tries++) {
      world.welcome();
      world.last.events.closed(tries % 2 === 0 ? 1001 : 1000);
      vi.advanceTimersToNextTimer();
    }
    expect(world.attempts.map(({ at }) => at)).toEqual([0, 250, 500, 1_000, 2_000, 4_000]);
  });

  it("that is ended at our own wish is made again at once", () => {
    const world = new World();
    world.welcome();
    world.client.reconnect();
    expect(world.attempts.map(({ at }) => at)).toEqual([0, 0]);
    expect(world.attempts[0]?.isClosed).toBe(true);
    expect(world.client.failures.get()).toBe(0);
  });

  it("is tried with growing pauses, round and round the nodes", () => {
    const world = new World();
    world.welcome();
    for (let tries = 0; tries < 9; tries++) {
      world.last.events.closed(1006);
      vi.advanceTimersToNextTimer();
    }
    expect(world.attempts.map(({ at }) => at)).toEqual([
      0, 250, 500, 1_000, 2_000, 4_000, 8_000, 16_000, 26_000, 36_000,
    ]);
    expect(world.attempts.slice(0, 5).map(({ url }) => url[5])).toEqual(["a", "b", "c", "a", "b"]);
    // One that has lasted is lost for the first time.
    world.welcome();
    vi.advanceTimersByTime(5_000);
    world.last.events.closed(1006);
    vi.advanceTimersToNextTimer();
    expect(world.last.at).toBe(41_250);
  });

  it("is tried at once when the network or the visitor is back", () => {
    const world = new World();
    for (let tries = 0; tries < 7; tries++) {
      world.last.events.closed(1006);
      vi.advanceTimersToNextTimer();
    }
    world.last.events.closed(1006);
    const before = world.attempts.length;
    world.wake("offline");
    expect(world.attempts.length).toBe(before);
    world.wake("online");
    expect(world.attempts.length).toBe(before + 1);
    world.last.events.closed(1006);
    world.wake("visible");
    expect(world.attempts.length).toBe(before + 2);
  });

  it("gives up on a node that takes it and says nothing", () => {
    const world = new World();
    world.last.events.opened();
    vi.advanceTimersByTime(4_999);
    expect(world.attempts.length).toBe(1);
    vi.advanceTimersByTime(251);
    expect(world.attempts[0]?.isClosed).toBe(true);
    expect(world.last.url).toBe("ws://b/ws");
  });

  it("is lost when a node that has gone quiet does not answer a ping", () => {
    const world = new World();
    world.welcome();
    vi.advanceTimersByTime(9_999);
    expect(world.last.sent).toEqual([]);
    vi.advanceTimersByTime(1);
    expect(world.last.sent).toMatchObject([{ type: "ping" }]);
    vi.advanceTimersByTime(4_999);
    expect(world.client.connection.get()).toBeDefined();
    vi.advanceTimersByTime(1);
    expect(world.client.connection.get()).toBeUndefined();
  });

  it("stays while anything comes", () => {
    const world = new World();
    world.welcome();
    for (let seconds = 0; seconds < 60; seconds += 12) {
      vi.advanceTimersByTime(12_000);
      world.say({ type: "pong", id: world.last.sent.at(-1)?.id });
    }
    expect(world.attempts.length).toBe(1);
    expect(world.client.connection.get()).toBeDefined();
  });

  it("is not asked after while nobody looks, but as soon as somebody does", () => {
    const world = new World();
    world.welcome();
    world.isVisible = false;
    vi.advanceTimersByTime(60_000);
    expect(world.last.sent).toEqual([]);
    world.isVisible = true;
    world.wake("visible");
    expect(world.last.sent).toMatchObject([{ type: "ping" }]);
  });

  it("passes over what is no message", () => {
    const world = new World();
    world.welcome();
    for (const text of [
      "nonsense",
      "null",
      "[]",
      '{"type":"news","id":99}',
      '{"type":"push","subscription":9}',
    ]) {
      world.last.events.received(text);
    }
    expect(world.client.connection.get()).toBeDefined();
  });

  it("ends for good when it is stopped", () => {
    const world = new World();
    world.welcome();
    world.client.stop();
    vi.advanceTimersByTime(60_000);
    expect(world.attempts.length).toBe(1);
    expect(world.attempts[0]?.isClosed).toBe(true);
  });
});
