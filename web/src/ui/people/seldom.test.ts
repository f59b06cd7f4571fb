import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { Seldom } from "./seldom";

const REST_MS = 1_000;

/** Work that ends when it is told to. */
function work(): { done: (() => void)[]; seldom: Seldom } {
  const done: (() => void)[] = [];
  const seldom = new Seldom(
    () =>
      new Promise((resolve, reject) => {
        // The first one fails: that makes no difference.
        const fail = done.length === 0;
        done.push(() => {
          if (fail) reject(new Error("refused"));
          else resolve();
        });
      }),
    REST_MS,
  );
  return { done, seldom };
}

describe("Seldom", () => {
  beforeEach(() => vi.useFakeTimers());
  afterEach(() => vi.useRealTimers());

  it("begins at once, then works once more however often it was asked", async () => {
    const { done, seldom } = work();
    for (let time = 0; time < 100; time += 1) seldom.ask("later");
    expect(done).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(10 * REST_MS);
    expect(done).toHaveLength(1);
    done[0]?.();
    await vi.advanceTimersByTimeAsync(REST_MS - 1);
    for (let time = 0; time < 100; time += 1) seldom.ask("later");
    expect(done).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(1);
    expect(done).toHaveLength(2);
    done[1]?.();
    await vi.advanceTimersByTimeAsync(10 * REST_MS);
    expect(done).toHaveLength(2);
    seldom.ask("later");
    expect(done).toHaveLength(3);
  });

  it("does not rest before what is wanted at once", async () => {
    const { done, seldom } = work();
    seldom.ask("later");
    seldom.ask("at once");
    seldom.ask("later");
    expect(done).toHaveLength(1);
    done[0]?.();
    await vi.advanceTimersByTimeAsync(0);
    expect(done).toHaveLength(2);
    done[1]?.();
    await vi.advanceTimersByTimeAsync(0);
    seldom.ask("at once");
    expect(done).toHaveLength(3);
    await vi.advanceTimersByTimeAsync(10 * REST_MS);
    expect(done).toHaveLength(3);
  });

  it("begins nothing once it is stopped", async () => {
    const { done, seldom } = work();
    seldom.ask("later");
    seldom.ask("at once");
    seldom.stop();
    done[0]?.();
    await vi.advanceTimersByTimeAsync(10 * REST_MS);
    seldom.ask("at once");
    expect(done).toHaveLength(1);
  });
});
