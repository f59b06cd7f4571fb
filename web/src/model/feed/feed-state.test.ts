import { describe, expect, it } from "vitest";
import type { Buzz, BuzzEntry } from "../../protocol/v1";
import { MOST_WAITING } from "../buzzer";
import * as logs from "./feed-state";
import type { FeedLog } from "./feed-state";

const buzz = (id: number, more: Partial<Buzz> = {}): Buzz => ({
  id: String(id),
  author: "bob",
  text: `number ${String(id)}`,
  version: 1,
  posted: "2026-06-23T12:00:00.000Z",
  entities: [],
  ...more,
});
const posted = (id: number, more?: Partial<Buzz>): BuzzEntry => ({ kind: "posted", buzz: buzz(id, more) });
const idsOf = (list: readonly Buzz[]): readonly number[] => list.map(({ id }) => Number(id));
const isOwn = ({ author }: Buzz): boolean => author === "alice";
const anything = (): boolean => true;
const tell = (log: FeedLog, ...entries: BuzzEntry[]): FeedLog =>
  logs.withEntries(log, entries, isOwn, anything);
const shown = (...ids: number[]): FeedLog =>
  logs.withOlder(
    logs.EMPTY_LOG,
    ids.map((id) => buzz(id)),
    false,
  );

describe("what is new", () => {
  it("waits above the fold, but shows at once while nothing is shown", () => {
    const log = tell(logs.EMPTY_LOG, posted(1));
    expect(idsOf(log.shown)).toEqual([1]);
    const later = tell(log, posted(3), posted(2));
    expect(later.shown).toBe(log.shown);
    expect(idsOf(later.waiting)).toEqual([3, 2]);
    expect(idsOf(logs.withAllShown(later).shown)).toEqual([3, 2, 1]);
    expect(logs.withAllShown(later).waiting).toEqual([]);
  });

  it("shows at once when it is one's own, above what waits", () => {
    const log = tell(shown(1), posted(2), posted(3, { author: "alice" }));
    expect(idsOf(log.shown)).toEqual([3, 1]);
    expect(idsOf(log.waiting)).toEqual([2]);
    expect(idsOf(logs.withAllShown(log).shown)).toEqual([3, 2, 1]);
  });

  it("is there once, at its highest version, however often it is told", () => {
    const log = tell(shown(1), posted(2), posted(2, { version: 3 }), posted(2), posted(1, { version: 2 }));
    expect(log.waiting).toEqual([buzz(2, { version: 3 })]);
    expect(log.shown).toEqual([buzz(1, { version: 2 })]);
    expect(tell(log, posted(2), posted(1))).toBe(log);
  });

  it("finds its place by its id when it comes late, without moving what is shown", () => {
    const log = tell(shown(10, 5), posted(7));
    expect(idsOf(log.shown)).toEqual([10, 5]);
    expect(idsOf(logs.withAllShown(log).shown)).toEqual([10, 7, 5]);
  });

  it("that is older than all that is shown comes with its page", () => {
    expect(tell(shown(10, 5), posted(3))).toEqual(shown(10, 5));
    const complete = { ...shown(10, 5), complete: true };
    expect(idsOf(tell(complete, posted(3)).waiting)).toEqual([3]);
  });
});

describe("what is edited or goes", () => {
  it("is renewed where it is", () => {
    const log = tell(shown(2, 1), { kind: "edited", buzz: buzz(1, { version: 2, text: "edited" }) });
    expect(log.shown[1]?.text).toBe("edited");
  });

  it("goes when it is deleted, or has left, whatever its version", () => {
    const log = tell(shown(3, 2, 1), { kind: "deleted", buzz: buzz(2, { version: 2 }) });
    expect(idsOf(log.shown)).toEqual([3, 1]);
    expect(idsOf(tell(log, { kind: "left", buzz: buzz(3) }).shown)).toEqual([1]);
  });

  it("goes in the order of the telling: posted after it had left, it is there", () => {
    const left: BuzzEntry = { kind: "left", buzz: buzz(9) };
    expect(idsOf(tell(shown(1), left, posted(9)).waiting)).toEqual([9]);
    expect(idsOf(tell(shown(1), posted(9), left).waiting)).toEqual([]);
  });

  it("goes when the edited text does not belong to the feed any more", () => {
    const entry: BuzzEntry = { kind: "edited", buzz: buzz(1, { version: 2 }) };
    expect(idsOf(logs.withEntries(shown(2, 1), [entry], isOwn, () => false).shown)).toEqual([2]);
  });

  it("is told apart by the topic, however that is written", () => {
    const about = (value: string): Buzz =>
      buzz(1, { entities: [{ kind: "topic", begin: 0, end: 4, value }] });
    expect(logs.stillNames({ kind: "topic", of: "#Grid" }, about("grid"))).toBe(true);
    expect(logs.stillNames({ kind: "topic", of: "grid" }, about("other"))).toBe(false);
    expect(logs.stillNames({ kind: "mentions", of: "bob" }, about("bob"))).toBe(false);
    expect(logs.stillNames({ kind: "author", of: "bob" }, about("other"))).toBe(true);
  });
});

describe("pages", () => {
  it("go below what is shown, without what is there or deleted", () => {
    const log = logs.withOlder(
      tell(shown(5, 4), posted(6)),
      [buzz(6), buzz(4), buzz(3), buzz(2, { deleted: true })],
      true,
    );
    expect(idsOf(log.shown)).toEqual([5, 4, 3]);
    expect(idsOf(log.waiting)).toEqual([6]);
    expect(log.complete).toBe(true);
  });

  it("on the way up take what waits into their order", () => {
    const log = logs.withNewer(tell(shown(1), posted(2), posted(9)), [buzz(2), buzz(3)]);
    expect(idsOf(log.shown)).toEqual([3, 2, 1]);
    expect(idsOf(log.waiting)).toEqual([9]);
  });

  it("after a gap join what is there if they reach it: the new waits, the deleted goes", () => {
    const log = logs.rejoin(shown(5, 4, 3), [buzz(7), buzz(5), buzz(3, { version: 2 })], false);
    expect(log && idsOf(log.shown)).toEqual([5, 3]);
    expect(log && idsOf(log.waiting)).toEqual([7]);
    expect(log?.shown[1]?.version).toBe(2);
    expect(logs.rejoin(shown(5, 4), [buzz(9), buzz(7)], false)).toBeUndefined();
    expect(idsOf(logs.rejoin(shown(5, 4), [buzz(9)], true)?.shown ?? [])).toEqual([]);
  });
});

describe("a feed of 10,000", () => {
  it("takes 10,000 pushes one by one, reading ids no more than a search needs", () => {
    let reads = 0;
    const counted = (id: number): Buzz =>
      Object.defineProperty(buzz(id), "id", {
        enumerable: true,
        get: () => {
          reads++;
          return String(id);
        },
      });
    let log: FeedLog = logs.withOlder(
      logs.EMPTY_LOG,
      Array.from({ length: 10_000 }, (_, at) => counted(20_000 - at)),
      false,
    );
    reads = 0;
    for (let id = 20_001; id <= 30_000; id++) {
      log = logs.withEntries(log, [{ kind: "posted", buzz: counted(id) }], () => false, anything);
      if (id % 1_000 === 0) log = logs.withAllShown(log);
    }
    expect(log.cut).toBeUndefined();
    expect(log.shown.length).toBe(20_000);
    // A search in 20,000 takes 15 steps; a few of those, and what it is compared with.
    expect(reads / 10_000).toBeLessThan(300);
  });

  it("of which nothing is shown, keeps the newest of what waits, however long that goes on", () => {
    let log = shown(1);
    for (let id = 2; id <= 10_000; id++) {
      log = logs.withEntries(log, [posted(id)], () => false, anything);
      expect(log.waiting.length).toBeLessThanOrEqual(MOST_WAITING);
    }
    expect(log.cut).toBe(true);
    expect(idsOf(log.shown)).toEqual([1]);
    expect(idsOf(log.waiting).slice(0, 3)).toEqual([10_000, 9_999, 9_998]);
  });
});
