/**
 * How many mentions have not been looked at. The last one looked at is kept, per account. Where none is kept, those
 * of the last day count: this browser does not know what was read elsewhere. One's own never count.
 */
import { Cell } from "../../base/cell";
import type { SmallStore } from "../../base/environment";
import type { Buzz, BuzzId } from "../../protocol/v1";
import { compareIds } from "../buzz-order";
import type { GridFeed } from "../feed/feed-model";

export const MOST_UNREAD = 99;
const DAY_MS = 86_400_000;

export function seenKey(account: string): string {
  return `buzzer.seen:${account.toLowerCase()}`;
}

export class Unread {
  readonly count = new Cell(0);
  private readonly key: string;
  private readonly unwatch: () => void;
  private readonly close: () => void;

  constructor(
    private readonly account: string,
    private readonly mentions: GridFeed,
    private readonly store: SmallStore,
  ) {
    this.key = seenKey(account);
    this.unwatch = mentions.state.watch(() => this.look());
    this.close = mentions.open();
    this.look();
  }

  stop(): void {
    this.unwatch();
    this.close();
  }

  markRead(): void {
    const newest = this.newest();
    if (newest === undefined) return;
    const seen = this.store.get(this.key);
    if (seen === undefined || compareIds(newest, seen) > 0) this.store.set(this.key, newest);
    this.look();
  }

  /** Another tab may have marked them read. */
  look(): void {
    const seen = this.store.get(this.key);
    const isUnread = ({ author, posted }: Buzz): boolean =>
      author.toLowerCase() !== this.account.toLowerCase() &&
      (seen !== undefined || Date.parse(posted) > Date.now() - DAY_MS);
    this.count.set(Math.min(MOST_UNREAD, this.mentions.above(seen).filter(isUnread).length));
  }

  private newest(): BuzzId | undefined {
    return this.mentions
      .above(undefined)
      .map(({ id }) => id)
      .reduce<BuzzId | undefined>((a, b) => (a === undefined || compareIds(b, a) > 0 ? b : a), undefined);
  }
}
