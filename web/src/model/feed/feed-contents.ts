/**
 * What a feed holds, and the reading of its pages: the first one, those below, and after a gap those above. What was
 * told comes in by take(); feed-state.ts has the rules of what goes where.
 *
 * Owned by its GridFeed, which is told of each change, and is asked to hand over what it holds back before the log is
 * looked at. While a page is being read that decides what the log is (`isReady` is false), nothing may be taken.
 */
import type { Buzz, BuzzEntry, PagedFeed } from "../../protocol/v1";
import type { FeedState, Paging, Refusal } from "../buzzer";
import { compareIds, has } from "../buzz-order";
import { FeedReader, PAGE } from "./feed-reader";
import * as logs from "./feed-state";
import type { FeedLog } from "./feed-state";
import type { KeptFeed } from "./kept-feed";
import type { Parts } from "../parts";
import { refusalOf } from "../problem-texts";

/** How many known pages are passed over at once on the way to something new. */
const MOST_KNOWN_PAGES = 60;
const MOST_REFRESHED_PAGES = 5;
/** So far down it is read after a gap, to find what was there; of more the rest is read on the way up. */
const MOST_REJOINED_PAGES = 5;

export interface ContentsEvents {
  changed(): void;
  /** Now is the time to take() what has been told. */
  flush(): void;
}

export class FeedContents {
  log: FeedLog = logs.EMPTY_LOG;
  status: FeedState["status"] = "loading";
  problem: Refusal | undefined;
  older: Paging = "loading";
  newer: Paging = "end";
  readonly reader: FeedReader;
  /** Told while the way up is being read: above its end. */
  private beyond: Buzz[] = [];
  private isReading = false;
  /** Counts beginnings: pages asked for before are of no use. */
  private generation = 0;
  /** What is there was kept at an earlier visit, and the grid has told nothing yet. */
  private isKept = false;

  constructor(
    private readonly feed: PagedFeed,
    private readonly parts: Parts,
    private readonly events: ContentsEvents,
  ) {
    this.reader = new FeedReader(feed, parts);
  }

  get isReady(): boolean {
    return this.status === "ready" && !this.isReading;
  }

  /** Nothing is shown or read, until somebody wants it again. */
  get isIdleRefused(): boolean {
    return this.status === "refused" && !this.isReading;
  }

  /** As at the beginning; whatever is being read is of no use any more. */
  clear(): void {
    this.generation++;
    this.log = logs.EMPTY_LOG;
    this.status = "loading";
    this.problem = undefined;
    this.older = "loading";
    this.newer = "end";
    this.isReading = this.isKept = false;
    this.events.changed();
  }

  restore({ buzzes, complete, newerCursor }: KeptFeed): void {
    this.log = logs.withOlder(logs.EMPTY_LOG, this.parts.store.accept(buzzes), complete);
    this.reader.newerCursor = newerCursor;
    this.older = complete ? "end" : "more";
    this.status = "ready";
    this.isKept = true;
    this.events.changed();
  }

  /** What was missed since is told from here on. */
  resumed(): void {
    this.isKept = false;
    if (this.status !== "ready") return void this.loadFirst();
    // What could not be read without a connection is read again by who comes near it.
    if (this.older !== "failed" && this.newer !== "failed") return;
    if (this.older === "failed") this.older = "more";
    if (this.newer === "failed") this.newer = "more";
    this.events.changed();
  }

  /** What was told, each in its highest version. */
  take(entries: readonly BuzzEntry[]): void {
    this.setLog(logs.withEntries(this.log, this.overHole(entries), this.isOwn, this.belongs));
  }

  setLog(log: FeedLog): void {
    if (log === this.log) return;
    this.log = log;
    this.events.changed();
  }

  refuse(problem: Refusal): void {
    this.status = "refused";
    this.problem = problem;
    this.events.changed();
  }

  /** The newest page, instead of what is there. */
  async loadFirst(): Promise<void> {
    const generation = ++this.generation;
    this.isReading = true;
    try {
      const answer = await this.reader.newest(this.feed.kind === "mentions" ? PAGE * 2 : PAGE);
      if (generation !== this.generation) return;
      const { buzzes, isLast } = this.reader.take(answer);
      this.log = logs.withOlder(logs.EMPTY_LOG, buzzes, isLast);
      this.status = "ready";
      this.problem = undefined;
      this.older = isLast ? "end" : "more";
      this.newer = "end";
      this.isKept = false;
    } catch (thrown) {
      if (generation !== this.generation) return;
      this.isReading = false;
      if (this.status !== "ready") {
        this.refuse(refusalOf(thrown));
        return;
      }
      // What was told is not enough any more, and what is enough did not come.
      this.newer = "failed";
      if (this.older === "loading") this.older = "failed";
    }
    this.read();
  }

  /** After a gap. What was kept from an earlier visit is not being read yet: it makes room for the newest. */
  async rejoin(): Promise<void> {
    if (this.status !== "ready" || this.isKept) return this.loadFirst();
    const generation = ++this.generation;
    // Whatever was under way before is asked for again.
    if (this.older === "loading" || this.older === "failed") this.older = "more";
    if (this.newer === "loading") this.newer = "more";
    this.isReading = true;
    const buzzes: Buzz[] = [];
    let isWhole = false;
    const oldest = this.log.shown.at(-1)?.id;
    const walked = await this.reader
      .walk(MOST_REJOINED_PAGES, (page) => {
        buzzes.push(...page.buzzes);
        isWhole = page.isLast;
        const last = page.buzzes.at(-1)?.id;
        return last === undefined || oldest === undefined || compareIds(last, oldest) > 0;
      })
      .catch(() => undefined);
    if (generation !== this.generation) return;
    const joined = walked && logs.rejoin(this.log, buzzes, isWhole);
    if (joined !== undefined) {
      this.reader.newerCursor = walked?.newer ?? this.reader.newerCursor;
      if (joined.complete) this.older = "end";
      this.newer = "end";
      this.log = joined;
    } else {
      this.newer = "more";
    }
    this.read();
  }

  /** Nothing while it is being read, or at the end. */
  async readOlder(): Promise<void> {
    if (this.status !== "ready" || (this.older !== "more" && this.older !== "failed")) return;
    const { generation } = this;
    this.older = "loading";
    this.events.changed();
    try {
      for (let pages = 0; this.older === "loading"; pages++) {
        const { buzzes, isLast } = await this.reader.older();
        if (generation !== this.generation) return;
        const oldest = this.log.shown.at(-1);
        const below = buzzes.filter((buzz) => oldest === undefined || compareIds(buzz.id, oldest.id) < 0);
        this.log = logs.withOlder(this.log, below, isLast);
        if (isLast) this.older = "end";
        else if (below.length > 0 || pages >= MOST_KNOWN_PAGES) this.older = "more";
      }
    } catch {
      if (generation !== this.generation) return;
      this.older = "failed";
    }
    this.events.changed();
  }

  /** Likewise. */
  async readNewer(): Promise<void> {
    if (this.status !== "ready" || (this.newer !== "more" && this.newer !== "failed")) return;
    if (this.reader.newerCursor === undefined) return this.loadFirst();
    const { generation } = this;
    this.newer = "loading";
    this.events.changed();
    try {
      for (let pages = 0; this.newer === "loading"; pages++) {
        this.events.flush();
        this.beyond = [];
        const { buzzes } = await this.reader.newer();
        if (generation !== this.generation) return;
        this.events.flush();
        const known = this.log.shown.length;
        this.log = logs.withNewer(this.log, buzzes);
        if (buzzes.length === 0) {
          this.log = logs.withWaiting(this.log, this.parts.store.accept(this.beyond));
          this.newer = "end";
        } else if (this.log.shown.length > known || pages >= MOST_KNOWN_PAGES) {
          this.newer = "more";
        }
      }
    } catch {
      if (generation !== this.generation) return;
      this.newer = "failed";
    }
    this.beyond = [];
    this.events.changed();
  }

  /** Reads again what is shown: `appears` says what of the unknown shows at once, the rest waits. */
  async refresh(appears: (buzz: Buzz) => boolean): Promise<void> {
    const { generation } = this;
    const isOld = (): boolean => generation !== this.generation || this.status !== "ready";
    if (isOld()) return;
    const walked = this.reader.walk(MOST_REFRESHED_PAGES, ({ buzzes }) => {
      if (isOld() || this.newer !== "end") return false;
      const isWithin = logs.within(this.log);
      const unknown = buzzes.filter((buzz) => isWithin(buzz) && !this.knows(buzz));
      const shown = logs.withOlder(this.log, unknown.filter(appears), this.log.complete);
      this.setLog(
        logs.withWaiting(
          shown,
          unknown.filter((buzz) => !appears(buzz)),
        ),
      );
      return buzzes.every(isWithin);
    });
    await walked.catch(() => undefined);
  }

  /** While something is missing above, what is new is read on the way up. */
  private overHole(entries: readonly BuzzEntry[]): readonly BuzzEntry[] {
    if (this.newer === "end") return entries;
    return entries.filter(({ kind, buzz }) => {
      if (kind === "left" || kind === "deleted" || this.knows(buzz) || this.isOwn(buzz)) return true;
      if (this.newer === "loading") this.beyond.push(buzz);
      return false;
    });
  }

  /** The page that entries have waited for is there, or does not come. */
  private read(): void {
    this.isReading = false;
    this.events.flush();
    this.events.changed();
  }

  private knows(buzz: Buzz): boolean {
    return has(this.log.shown, buzz.id) || has(this.log.waiting, buzz.id);
  }

  readonly isOwn = (buzz: Buzz): boolean => buzz.author.toLowerCase() === this.parts.me();

  /** Whether an edited buzz still belongs here: it may be told of without. */
  private readonly belongs = (buzz: Buzz): boolean =>
    this.feed.kind === "home"
      ? this.isOwn(buzz) || this.parts.isFollowed(buzz.author) || logs.mentions(buzz, this.feed.of)
      : logs.stillNames(this.feed, buzz);
}
