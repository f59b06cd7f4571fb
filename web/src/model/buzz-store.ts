/**
 * The highest version of each buzz that was seen lately, wherever: an edit seen in one feed shows in all. On top of it
 * lie one's own wishes that the grid has not confirmed: how a buzz shall look until then.
 *
 * Owned by the model. Forgets the longest unseen beyond MOST_KEPT, which costs no more than that an older version may
 * show again.
 */
import type { Buzz, BuzzId } from "../protocol/v1";

export const MOST_KEPT = 20_000;

export interface BuzzStoreEvents {
  /** Those that are known at a higher version now. */
  renewed?(buzzes: readonly Buzz[]): void;
  /** Those that are known now and were not, or at a lower version. */
  saw?(buzzes: readonly Buzz[]): void;
  /** Wishes have come or gone. */
  wished?(): void;
}

export class BuzzStore {
  private readonly versions = new Map<BuzzId, Buzz>();
  private readonly wishes = new Map<BuzzId, Buzz>();
  private readonly watchers = new Set<BuzzStoreEvents>();

  watch(events: BuzzStoreEvents): () => void {
    this.watchers.add(events);
    return () => {
      this.watchers.delete(events);
    };
  }

  get(id: BuzzId): Buzz | undefined {
    return this.versions.get(id);
  }

  /** Takes what was seen; returns the highest version of each, in the same order. */
  accept(buzzes: readonly Buzz[]): readonly Buzz[] {
    const seen: Buzz[] = [];
    const renewed: Buzz[] = [];
    const highest = buzzes.map((buzz) => {
      const known = this.versions.get(buzz.id);
      if (known !== undefined && known.version >= buzz.version) return known;
      // Of a deleted one little more is told than that.
      const next = known !== undefined && buzz.deleted === true ? tombstone(known, buzz.version) : buzz;
      this.versions.delete(buzz.id);
      this.versions.set(buzz.id, next);
      seen.push(next);
      if (known !== undefined) renewed.push(next);
      return next;
    });
    for (const oldest of this.versions.keys()) {
      if (this.versions.size <= MOST_KEPT) break;
      this.versions.delete(oldest);
    }
    for (const watcher of seen.length > 0 ? [...this.watchers] : []) {
      watcher.saw?.(seen);
      if (renewed.length > 0) watcher.renewed?.(renewed);
    }
    return highest;
  }

  /** How `buzz` shall look until unwish(). */
  wish(buzz: Buzz): void {
    this.wishes.set(buzz.id, buzz);
    for (const watcher of [...this.watchers]) watcher.wished?.();
  }

  /** Ends that wish; another one for the same buzz stays. */
  unwish(buzz: Buzz): void {
    if (this.wishes.get(buzz.id) !== buzz) return;
    this.wishes.delete(buzz.id);
    for (const watcher of [...this.watchers]) watcher.wished?.();
  }

  get anyWishes(): boolean {
    return this.wishes.size > 0;
  }

  /** How it shows now. */
  view(buzz: Buzz): Buzz {
    return this.wishes.get(buzz.id) ?? buzz;
  }

  /** Another one is logged in, or nobody. What is open keeps what it shows. */
  clear(): void {
    this.versions.clear();
    if (!this.anyWishes) return;
    this.wishes.clear();
    for (const watcher of [...this.watchers]) watcher.wished?.();
  }
}

export function tombstone(buzz: Buzz, version: number): Buzz {
  return { ...buzz, version, text: "", entities: [], deleted: true };
}
