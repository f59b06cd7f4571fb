/**
 * One feed for the pages: follows it live (grid/live-feed.ts), hands what is told over to its contents
 * (feed-contents.ts), a few at a time, and shows those as one FeedState.
 *
 * Made by Feeds, which keeps it for a while after the last one has closed it. After a gap what is shown stays, and
 * what may lie between is read on the way up (`newer`).
 */
import { Cell } from "../../base/cell";
import { offline } from "../../grid/failure";
import { LiveFeed } from "../../grid/live-feed";
import type { Buzz, BuzzEntry, Entry, PagedFeed } from "../../protocol/v1";
import type { FeedModel, FeedState } from "../buzzer";
import { REQUEST_TIMEOUT_MS } from "../buzzer";
import { FeedContents } from "./feed-contents";
import * as logs from "./feed-state";
import { feedView } from "./feed-view";
import type { KeptFeed } from "./kept-feed";
import type { Parts } from "../parts";
import { refusalOf } from "../problem-texts";
import { heldBack, highest } from "./told-entries";

/** Pushes that come faster than this are shown together, in milliseconds. */
const TOGETHER_MS = 16;

export interface FeedEvents {
  /** The last one has closed it. */
  closed(): void;
  changed(): void;
  /** From here on all is told ("resumed": with what was missed), or something cannot be told. */
  live(how: "begun" | "resumed" | "gap"): void;
}

export class GridFeed implements FeedModel {
  readonly state: Cell<FeedState>;
  private readonly contents: FeedContents;
  private readonly live: LiveFeed;
  /** Told, but not yet taken. */
  private pending: BuzzEntry[] = [];
  private flushTimer: ReturnType<typeof setTimeout> | undefined;
  private lastFlush = 0;
  private patience: ReturnType<typeof setTimeout> | undefined;
  private openers = 0;
  private restoring: Promise<void> | undefined;
  private readonly unwatch: () => void;

  constructor(
    readonly key: string,
    readonly feed: PagedFeed,
    private readonly parts: Parts,
    private readonly events: FeedEvents,
    kept?: Promise<KeptFeed | undefined>,
  ) {
    this.contents = new FeedContents(feed, parts, {
      changed: () => {
        this.publish();
        events.changed();
      },
      flush: () => this.flush(),
    });
    this.state = new Cell<FeedState>(this.view());
    this.live = new LiveFeed(
      parts.ready,
      feed,
      this.contents.reader.needs,
      {
        begun: () => {
          void this.contents.loadFirst();
          events.live("begun");
        },
        resumed: () => {
          this.contents.resumed();
          events.live("resumed");
        },
        gap: () => {
          // What was told before, and is held back, is in the page if it is still there.
          this.pending = [];
          void this.contents.rejoin();
          events.live("gap");
        },
        entry: (entry) => this.told(entry),
        ended: (failure) => this.contents.refuse(refusalOf(failure)),
      },
      () => parts.random(),
    );
    this.unwatch = parts.store.watch({
      renewed: (buzzes) => this.contents.setLog(logs.withVersions(this.contents.log, buzzes)),
      wished: () => this.publish(),
    });
    this.restoring = kept?.then((found) => {
      this.restoring = undefined;
      if (found === undefined) return;
      this.live.goOnAfter(found.position);
      this.contents.restore(found);
    });
  }

  get isOpen(): boolean {
    return this.openers > 0;
  }

  open(): () => void {
    let isOpen = true;
    if (++this.openers === 1) this.begin();
    return () => {
      if (!isOpen) return;
      isOpen = false;
      if (--this.openers > 0) return;
      this.flush();
      this.live.stop();
      clearTimeout(this.patience);
      this.events.closed();
    };
  }

  /** For good. */
  dispose(): void {
    this.live.stop();
    this.unwatch();
    clearTimeout(this.flushTimer);
    clearTimeout(this.patience);
  }

  showNew(): void {
    this.flush();
    // With something missing between, the newest are a new beginning.
    if (this.contents.newer !== "end" || this.contents.log.cut === true) void this.contents.loadFirst();
    else this.contents.setLog(logs.withAllShown(this.contents.log));
  }

  loadOlder(): void {
    void this.contents.readOlder();
  }

  loadNewer(): void {
    void this.contents.readNewer();
  }

  reload(): void {
    this.pending = [];
    this.contents.clear();
    if (!this.isOpen) return;
    this.live.restart();
    this.waitPatiently();
  }

  /** As if the grid had told it: of one's own buzz, whose answer is there. */
  tell(entry: BuzzEntry): void {
    this.told(entry);
    this.flush();
  }

  /** What has been kept back may show now. */
  release(): void {
    this.flush();
  }

  removeThose(goes: (buzz: Buzz) => boolean): void {
    this.flush();
    this.contents.setLog(logs.withoutThose(this.contents.log, goes));
  }

  /** Reads again what is shown: `appears` says what of the unknown shows at once, the rest waits. */
  refresh(appears: (buzz: Buzz) => boolean): Promise<void> {
    return this.contents.refresh(appears);
  }

  /** Those above `id`, shown or waiting, or all. */
  above(id: string | undefined): readonly Buzz[] {
    return logs.above(this.contents.log, id);
  }

  /** To be shown at once next time; undefined while there is nothing to be kept, or something is missing in it. */
  keep(most: number): KeptFeed | undefined {
    const { position } = this.live;
    const { isReady, newer, log, reader } = this.contents;
    if (!isReady || newer !== "end" || position === undefined || this.pending.length > 0) return undefined;
    // What waits is the newest without a hole, in any case.
    const whole = log.cut === true ? { shown: log.waiting, complete: false } : logs.withAllShown(log);
    const { shown, complete } = whole;
    const buzzes = shown.slice(0, most);
    const isWhole = complete && buzzes.length === shown.length;
    return { buzzes, position, complete: isWhole, newerCursor: reader.newerCursor };
  }

  private begin(): void {
    if (this.restoring !== undefined) {
      void this.restoring.then(() => {
        if (this.isOpen) this.begin();
      });
      return;
    }
    this.live.start();
    if (this.contents.status !== "ready") this.waitPatiently();
  }

  private waitPatiently(): void {
    clearTimeout(this.patience);
    this.patience = setTimeout(() => {
      if (this.contents.status !== "loading") return;
      this.contents.refuse(refusalOf(offline("the feed does not answer")));
    }, REQUEST_TIMEOUT_MS);
  }

  private told(entry: Entry): void {
    if (!("buzz" in entry)) {
      this.parts.followChanged(entry);
      return;
    }
    // The page that it begins anew with, has it.
    if (this.contents.isIdleRefused) return;
    this.pending.push(entry);
    if (this.flushTimer !== undefined || !this.contents.isReady) return;
    if (Date.now() - this.lastFlush >= TOGETHER_MS) this.flush();
    else this.flushTimer = setTimeout(() => this.flush(), TOGETHER_MS);
  }

  private flush(): void {
    clearTimeout(this.flushTimer);
    this.flushTimer = undefined;
    if (!this.contents.isReady || this.pending.length === 0) return;
    this.lastFlush = Date.now();
    const { store } = this.parts;
    const { now, later } = this.parts.isSending()
      ? heldBack(this.pending, store, this.contents.isOwn)
      : { now: this.pending, later: [] };
    this.pending = later;
    this.contents.take(highest(now, store));
  }

  private publish(): void {
    this.state.set(this.view());
  }

  private view(): FeedState {
    const { log, status, problem, older, newer } = this.contents;
    return feedView(log, this.parts.store, { status, problem, older, newer });
  }
}
