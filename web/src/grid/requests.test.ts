import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import type { Request } from "../protocol/v1";
import type { Failure } from "./failure";
import { MOST_WAITING, Requests } from "./requests";

const TIMEOUT_MS = 15_000;

beforeEach(() => {
  vi.useFakeTimers();
});
afterEach(() => {
  vi.useRealTimers();
});

interface Asked {
  readonly sent: Request[];
  readonly ends: string[];
  readonly requests: Requests;
  ask(name: string, urgent?: boolean): void;
  answer(id: number): void;
}

function withMost(most: number): Asked {
  const sent: Request[] = [];
  const ends: string[] = [];
  const requests = new Requests((request) => sent.push(request), most);
  return {
    sent,
    ends,
    requests,
    ask: (name, urgent) =>
      requests.ask(
        { type: "get_user", name },
        TIMEOUT_MS,
        ({ user }) => ends.push(user.name),
        (failure: Failure) =>
          ends.push(`${name} ${failure.code} ${failure.definite ? "definite" : "indefinite"}`),
        urgent,
      ),
    answer: (id) => requests.take({ id, type: "user", user: { name: `answer ${String(id)}` } }),
  };
}

describe("requests", () => {
  it("get their own answers, in whatever order those come", () => {
    const { ask, answer, ends, sent } = withMost(3);
    ask("a");
    ask("b");
    expect(sent).toEqual([
      { id: 1, type: "get_user", name: "a" },
      { id: 2, type: "get_user", name: "b" },
    ]);
    answer(2);
    answer(1);
    answer(1);
    expect(ends).toEqual(["answer 2", "answer 1"]);
  });

  it("are no more under way than the node reads; the others follow in order", () => {
    const { ask, answer, requests, sent } = withMost(2);
    for (const name of ["a", "b", "c", "d"]) ask(name);
    expect(sent.map(({ id }) => id)).toEqual([1, 2]);
    answer(1);
    expect(sent.map(({ id }) => id)).toEqual([1, 2, 3]);
    requests.setMostUnderWay(28);
    expect(sent.map(({ id }) => id)).toEqual([1, 2, 3, 4]);
  });

  it("that are urgent do not wait", () => {
    const { ask, sent } = withMost(1);
    ask("a");
    ask("b");
    ask("ping", true);
    expect(sent.map(({ id }) => id)).toEqual([1, 3]);
  });

  it("fail as offline, indefinite, when no answer comes in time, and keep their place until it does", () => {
    const { ask, answer, ends, requests, sent } = withMost(1);
    ask("a");
    vi.advanceTimersByTime(TIMEOUT_MS);
    expect(ends).toEqual(["a offline indefinite"]);
    ask("b");
    expect(sent.length).toBe(1);
    expect(requests.underWayCount).toBe(1);
    answer(1);
    expect(ends.length).toBe(1);
    expect(sent.length).toBe(2);
  });

  it("that wait in line are never sent once their time is over", () => {
    const { ask, answer, ends, sent } = withMost(1);
    ask("a");
    ask("b");
    vi.advanceTimersByTime(TIMEOUT_MS);
    answer(1);
    expect(sent.length).toBe(1);
    expect(ends).toEqual(["a offline indefinite", "b offline indefinite"]);
  });

  it("fail when the line is full", () => {
    const { ask, ends } = withMost(1);
    for (let number = 0; number < MOST_WAITING + 2; number++) ask(String(number));
    expect(ends).toEqual([`${String(MOST_WAITING + 1)} offline indefinite`]);
  });

  it("all fail with the connection, and so do later ones", () => {
    const { ask, ends, requests } = withMost(1);
    ask("a");
    ask("b");
    requests.endAll();
    ask("c");
    expect(ends).toEqual(["a offline indefinite", "b offline indefinite", "c offline indefinite"]);
    expect(vi.getTimerCount()).toBe(0);
  });

  it("fail with what the node says", () => {
    const { ask, ends, requests } = withMost(1);
    ask("a");
    const error = {
      type: "",
      title: "",
      status: 404,
      detail: "",
      code: "unknown_user",
      definite: true,
    } as const;
    expect(requests.take({ id: 1, type: "error", error })).toBe(true);
    expect(requests.take({ id: null, type: "error", error })).toBe(false);
    expect(ends).toEqual(["a unknown_user definite"]);
  });
});
