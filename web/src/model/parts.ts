/** What the parts of the model share; made and owned by create-buzzer.ts, which all of them end with. */
import type { Readable } from "../base/cell";
import type { Asker, Needs, Ready } from "../grid/asker";
import type { FollowEntry } from "../protocol/v1";
import type { BuzzStore } from "./buzz-store";

export interface Parts {
  readonly ready: Readable<Ready | undefined>;
  readonly asker: Asker;
  readonly store: BuzzStore;
  random(): number;
  /** Who is logged in, in lower case. */
  me(): string | undefined;
  /** Who changes something now: nobody else may ask for it later. */
  asMe(): Needs;
  /**
   * Whether a buzz of one's own is on its way of which nobody knows yet whether it is there: then feeds keep back what
   * is told of one's own new buzzes, so that none shows twice.
   */
  isSending(): boolean;
  /** True also while it is not known yet whom one follows. */
  isFollowed(name: string): boolean;
  /** The home feed has told of this. */
  followChanged(entry: FollowEntry): void;
}
