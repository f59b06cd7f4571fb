/**
 * What a feed holds, as a value, and what becomes of it: pure. Both lists are newest first, disjoint, without deleted
 * buzzes. What one reads does not move: what is new waits above the fold, but for one's own, and while nothing is
 * shown yet.
 *
 * A batch costs one walk through the list that it changes, whatever its size; most pushes touch only `waiting`, which
 * has at most MOST_WAITING.
 */
import type { Buzz, BuzzEntry, BuzzId, PagedFeed } from "../../protocol/v1";
import { MOST_WAITING } from "../buzzer";
import { compareIds, has, merge, placeOf, renew, sorted, without } from "../buzz-order";

export interface FeedLog {
  readonly shown: readonly Buzz[];
  readonly waiting: readonly Buzz[];
  /** There is nothing older than the last one shown. */
  readonly complete: boolean;
  /** More waited than is kept: between the two lists some are missing. */
  readonly cut?: true;
}

/** So many of more than MOST_WAITING are kept: the newest. */
const KEPT_WAITING = 100;

export const EMPTY_LOG: FeedLog = { shown: [], waiting: [], complete: false };

const sameName = (a: string, b: string): boolean => a.toLowerCase() === b.toLowerCase();
const folded = (topic: string): string => topic.replace(/^#/, "").normalize("NFKC").toLowerCase();

export function mentions(buzz: Buzz, name: string): boolean {
  return buzz.entities.some(({ kind, value }) => kind === "mention" && sameName(value, name));
}

/** Whether an edited buzz is still of that feed: of a topic or of mentions it may be told without being any more. */
export function stillNames(feed: PagedFeed, buzz: Buzz): boolean {
  if (feed.kind === "mentions") return mentions(buzz, feed.of);
  if (feed.kind !== "topic") return true;
  return buzz.entities.some(({ kind, value }) => kind === "topic" && folded(value) === folded(feed.of));
}

/** What was told, in order. `isOwn`: shows at once. `belongs`: whether an edited one is of this feed. */
export function withEntries(
  log: FeedLog,
  entries: readonly BuzzEntry[],
  isOwn: (buzz: Buzz) => boolean,
  belongs: (buzz: Buzz) => boolean,
): FeedLog {
  let { shown, waiting } = log;
  let added: Buzz[] = [];
  const settle = (): void => {
    if (added.length === 0) return;
    const batch = sorted(added);
    added = [];
    shown = renew(shown, batch);
    const isNew = batch.filter((buzz) => !has(shown, buzz.id));
    const atOnce = shown.length === 0 && waiting.length === 0 ? isNew : isNew.filter(isOwn);
    shown = merge(shown, atOnce);
    waiting = merge(
      waiting,
      isNew.filter((buzz) => !has(shown, buzz.id)),
    );
  };
  const isWithin = within(log);
  for (const { kind, buzz } of entries) {
    const isGone = kind === "left" || kind === "deleted" || buzz.deleted === true;
    if (!isGone && (kind === "posted" || belongs(buzz))) {
      if (isWithin(buzz)) added.push(buzz);
      continue;
    }
    settle();
    shown = without(shown, buzz.id);
    waiting = without(waiting, buzz.id);
  }
  settle();
  return changed(log, shown, waiting);
}

/** What belongs among those that are shown: what is older than all of them comes with its page. */
export function within(log: FeedLog): (buzz: Buzz) => boolean {
  const oldest = log.shown.at(-1);
  return (buzz) => log.complete || oldest === undefined || compareIds(buzz.id, oldest.id) >= 0;
}

/** A page of older buzzes, or the first one. */
export function withOlder(log: FeedLog, page: readonly Buzz[], complete: boolean): FeedLog {
  const fresh = alive(page).filter((buzz) => !has(log.waiting, buzz.id));
  return { ...changed(log, merge(log.shown, sorted(fresh)), log.waiting), complete };
}

/** A page read upwards, above what is shown. */
export function withNewer(log: FeedLog, page: readonly Buzz[]): FeedLog {
  const shown = merge(log.shown, sorted(alive(page)));
  return changed(
    log,
    shown,
    log.waiting.filter((buzz) => !has(shown, buzz.id)),
  );
}

/** Others wait above the fold with what is waiting. */
export function withWaiting(log: FeedLog, buzzes: readonly Buzz[]): FeedLog {
  const fresh = sorted(alive(buzzes)).filter((buzz) => !has(log.shown, buzz.id));
  return changed(log, log.shown, merge(log.waiting, fresh));
}

export function withVersions(log: FeedLog, newer: readonly Buzz[]): FeedLog {
  return changed(log, renew(log.shown, newer), renew(log.waiting, newer));
}

export function withAllShown(log: FeedLog): FeedLog {
  return changed(log, merge(log.shown, log.waiting), []);
}

export function withoutThose(log: FeedLog, goes: (buzz: Buzz) => boolean): FeedLog {
  const keep = (list: readonly Buzz[]): readonly Buzz[] =>
    list.some(goes) ? list.filter((buzz) => !goes(buzz)) : list;
  return changed(log, keep(log.shown), keep(log.waiting));
}

/**
 * With the newest page, read again after a gap, if it reaches what is there: then nothing is missing between, what is
 * new waits, and what the page should have but has not is gone. Undefined if something may lie between.
 */
export function rejoin(log: FeedLog, page: readonly Buzz[], isWhole: boolean): FeedLog | undefined {
  const fresh = sorted(alive(page));
  const oldest = fresh.at(-1);
  const newest = newestOf(log);
  const covers = (id: BuzzId): boolean => isWhole || (oldest !== undefined && compareIds(id, oldest.id) >= 0);
  if (newest === undefined) return { shown: fresh, waiting: [], complete: isWhole };
  if (!covers(newest)) return undefined;
  const kept = withoutThose(log, ({ id }) => covers(id) && !has(fresh, id));
  const renewed = { ...withVersions(kept, fresh), complete: log.complete || isWhole };
  return withWaiting(renewed, fresh.filter(within(renewed)));
}

/** Of those shown or waiting. */
export function newestOf({ shown, waiting }: FeedLog): BuzzId | undefined {
  const [a, b] = [shown[0]?.id, waiting[0]?.id];
  if (a === undefined || b === undefined) return a ?? b;
  return compareIds(a, b) > 0 ? a : b;
}

/** Those above `id`, shown or waiting; all of them if it is undefined. */
export function above({ shown, waiting }: FeedLog, id: BuzzId | undefined): readonly Buzz[] {
  const part = (list: readonly Buzz[]): readonly Buzz[] =>
    id === undefined ? list : list.slice(0, placeOf(list, id));
  return [...part(waiting), ...part(shown)];
}

function alive(buzzes: readonly Buzz[]): readonly Buzz[] {
  return buzzes.filter((buzz) => buzz.deleted !== true);
}

function changed(log: FeedLog, shown: readonly Buzz[], waiting: readonly Buzz[]): FeedLog {
  if (shown === log.shown && waiting === log.waiting) return log;
  if (waiting.length <= MOST_WAITING) return { ...log, shown, waiting };
  return { ...log, shown, waiting: waiting.slice(0, KEPT_WAITING), cut: true };
}
