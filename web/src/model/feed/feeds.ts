/** All feeds that are open, and the last few that were: so Back finds them as they were. */
import type { Buzz, PagedFeed } from "../../protocol/v1";
import { GridFeed } from "./feed-model";

import type { FeedEvents } from "./feed-model";
import { mentions, stillNames } from "./feed-state";
import type { KeptFeed } from "./kept-feed";
import type { Parts } from "../parts";

export const MOST_CLOSED = 20;

export function feedKey({ kind, of }: PagedFeed): string {
  return `${kind}:${of.replace(/^#/, "").toLowerCase()}`;
}

export class Feeds {
  private readonly models = new Map<string, GridFeed>();

  constructor(private readonly parts: Parts) {}

  get(feed: PagedFeed): GridFeed {
    const key = feedKey(feed);
    const model = this.models.get(key) ?? this.make(feed);
    // The last one asked for is the last to be forgotten.
    this.models.delete(key);
    this.models.set(key, model);
    this.prune(key);
    return model;
  }

  /** A new one, instead of whatever there was: `kept` is how it was at an earlier visit. */
  make(
    feed: PagedFeed,
    events?: Pick<FeedEvents, "changed" | "live">,
    kept?: Promise<KeptFeed | undefined>,
  ): GridFeed {
    const key = feedKey(feed);
    this.models.get(key)?.dispose();
    const none = { changed: () => undefined, live: () => undefined };
    const all = { ...none, ...events, closed: () => this.prune() };
    const model = new GridFeed(key, feed, this.parts, all, kept);
    this.models.set(key, model);
    return model;
  }

  /** One's own buzz is posted: it shows now in all feeds that it belongs to. */
  posted(buzz: Buzz): void {
    for (const model of this.models.values()) {
      if (this.belongs(model.feed, buzz)) model.tell({ kind: "posted", buzz });
    }
  }

  release(): void {
    for (const model of this.models.values()) model.release();
  }

  /** Another one is logged in, or nobody: what only the one before may see goes. */
  forget(): void {
    for (const [key, model] of this.models) {
      if (model.isOpen && model.feed.kind !== "home") continue;
      model.dispose();
      this.models.delete(key);
    }
  }

  private belongs(feed: PagedFeed, buzz: Buzz): boolean {
    const author = buzz.author.toLowerCase();
    const of = feed.of.toLowerCase();
    if (feed.kind === "author") return of === author;
    if (feed.kind === "home") return of === author || mentions(buzz, of);
    return stillNames(feed, buzz);
  }

  private prune(except?: string): void {
    const closed = [...this.models].filter(([key, model]) => !model.isOpen && key !== except);
    for (const [key, model] of closed.slice(0, Math.max(0, closed.length - MOST_CLOSED))) {
      model.dispose();
      this.models.delete(key);
    }
  }
}
