/**
 * Reads a feed page by page, and knows where each way goes on: down from the oldest page read, up from the newest.
 * What it gives is in its highest known version. Fails with a Failure.
 */
import type { Needs } from "../../grid/asker";
import type { Buzz, Cursor, FeedAnswer, PagedFeed } from "../../protocol/v1";
import { REQUEST_TIMEOUT_MS } from "../buzzer";
import type { Parts } from "../parts";

export const PAGE = 50;
const LARGE_PAGE = 200;

export interface FeedPage {
  /** In the order of the way. */
  readonly buzzes: readonly Buzz[];
  /** There is nothing older than this. */
  readonly isLast: boolean;
}

export class FeedReader {
  /** Undefined: from the newest. */
  private olderCursor: Cursor | undefined;
  newerCursor: Cursor | undefined;

  constructor(
    private readonly feed: PagedFeed,
    private readonly parts: Parts,
  ) {}

  get needs(): Needs {
    return this.feed.kind === "home" ? { member: this.feed.of.toLowerCase() } : "anyone";
  }

  /** The newest page; the ways are as they were until take(). */
  newest(limit = PAGE): Promise<FeedAnswer> {
    return this.ask(limit, undefined, "older");
  }

  /** Both ways go on from that page. */
  take(page: FeedAnswer): FeedPage {
    this.newerCursor = page.newer;
    this.olderCursor = page.older;
    return this.page(page);
  }

  async older(): Promise<FeedPage> {
    const answer = await this.ask(PAGE, this.olderCursor, "older");
    this.olderCursor = answer.older;
    return this.page(answer);
  }

  async newer(): Promise<FeedPage> {
    const answer = await this.ask(LARGE_PAGE, this.newerCursor, "newer");
    this.newerCursor = answer.newer ?? this.newerCursor;
    return this.page(answer);
  }

  /** From the newest down, without touching the ways; `go` says whether the next page is wanted. `newer`: the way up. */
  async walk(
    mostPages: number,
    go: (page: FeedPage) => boolean,
  ): Promise<{ readonly newer: Cursor | undefined }> {
    let cursor: Cursor | undefined;
    let newer: Cursor | undefined;
    for (let pages = 0; pages < mostPages; pages++) {
      const answer = await this.ask(LARGE_PAGE, cursor, "older");
      if (pages === 0) newer = answer.newer;
      cursor = answer.older;
      if (!go(this.page(answer)) || cursor === undefined) break;
    }
    return { newer };
  }

  private page({ buzzes, older }: FeedAnswer): FeedPage {
    return { buzzes: this.parts.store.accept(buzzes), isLast: older === undefined };
  }

  private ask(limit: number, cursor: Cursor | undefined, direction: "older" | "newer"): Promise<FeedAnswer> {
    const rest = cursor === undefined ? {} : { cursor };
    const wish = { type: "get_feed", feed: this.feed, limit, direction, ...rest } as const;
    return this.parts.asker.ask(wish, this.needs, REQUEST_TIMEOUT_MS);
  }
}
