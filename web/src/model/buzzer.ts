/**
 * What the pages know of the grid: one object, made by createBuzzer() (create-buzzer.ts), handed down by React's
 * context (ui/hooks/buzzer-context.ts). Everything here is told of by Readables and asked for by calls; nothing of the
 * protocol's messages, connections or positions shows, but the types of users, buzzes and problems are those of
 * protocol/v1.ts.
 *
 * It keeps itself connected: to this page's node, else to another one that the grid has told of; makes all open feeds
 * again behind the last position that it has; and sends what was written offline, once.
 *
 * What must reach a node and does not within REQUEST_TIMEOUT_MS fails with a Refusal whose code is "offline".
 */
import type { Readable } from "../base/cell";
import type {
  Answers,
  Buzz,
  BuzzId,
  ErrorCode,
  GetBuzzRequest,
  GetFolloweesRequest,
  GetFollowersRequest,
  GetUserRequest,
  GetUsersRequest,
  Grid,
  PagedFeed,
  User,
} from "../protocol/v1";

export const REQUEST_TIMEOUT_MS = 15_000;
export const MAX_TEXT_CODE_POINTS = 500;
/** Of those above the fold of one feed; when there are more only the newest few are kept, and shown instead of the others. */
export const MOST_WAITING = 1_000;

/** Why something was not done, for people and programs. What the model's promises are rejected with, nothing else. */
export class Refusal extends Error {
  constructor(
    /** "offline": no node answered in time. */
    readonly code: ErrorCode | "offline",
    /** A sentence for people. */
    message: string,
    /** It did not happen and will not. False: it may have. */
    readonly definite: boolean,
  ) {
    super(message);
  }
}

export interface Connection {
  /** "connecting" only until the first connection is there or has failed; "offline" from the loss until the next. */
  readonly status: "connecting" | "online" | "offline";
  /** The node that one is connected to, or was last. */
  readonly node?: number;
}

export type Account =
  /** Not known yet: a session may be there, no node has said so. `name`: who was logged in when this browser last knew. */
  | { readonly status: "unknown"; readonly name?: string }
  | { readonly status: "guest" }
  | { readonly status: "member"; readonly name: string };

/** A buzz of one's own that the grid has not confirmed and shown yet. Kept across reloads, sent with its key. */
export interface OutgoingBuzz {
  readonly key: string;
  readonly text: string;
  readonly inReplyTo?: BuzzId;
  /** When it was written, milliseconds since 1970. */
  readonly written: number;
  /** "waiting": for a connection. "refused": never happened; `problem` says why, and it stays until discard(). */
  readonly status: "waiting" | "sending" | "refused";
  readonly problem?: string;
}

/** A short message that is shown for a while. */
export interface Notice {
  readonly id: number;
  readonly text: string;
  readonly kind: "error" | "done";
}

/** How it stands with what is read page by page. */
export type Paging = "loading" | "more" | "end" | "failed";

export interface FeedState {
  /** "loading" until there is a first page, from the grid or from what this browser has kept. */
  readonly status: "loading" | "ready" | "refused";
  /** With "refused". */
  readonly problem?: Refusal;
  /** What is shown, newest first, without deleted ones; each id once, at its highest version. */
  readonly buzzes: readonly Buzz[];
  /** How many newer ones wait above the fold until showNew(): MOST_WAITING means "or more". One's own never wait. */
  readonly waiting: number;
  /** Who wrote those, up to three names, newest first. */
  readonly waitingAuthors: readonly string[];
  /** Below the last one. */
  readonly older: Paging;
  /** Above the first one: "more" only after a gap in what could be told, so that what lies between is read on the way up. */
  readonly newer: Paging;
}

/** Opened and closed by who looks; after the last close() it is kept for a while, so that Back finds it as it was. */
export interface FeedModel {
  readonly key: string;
  readonly state: Readable<FeedState>;
  /** Live from now on, until what is returned is called. */
  open(): () => void;
  showNew(): void;
  /** Nothing while "loading" or at the "end"; tries again after "failed". */
  loadOlder(): void;
  loadNewer(): void;
  /** From the beginning, after "refused". */
  reload(): void;
}

export interface ThreadState {
  readonly status: "loading" | "ready" | "refused";
  readonly problem?: Refusal;
  /** From the root down to the buzz that was asked for, which is the last; deleted ones too. */
  readonly path: readonly Buzz[];
  /** Direct and indirect replies to it, oldest first; deleted ones too, while something replies to them. Live. */
  readonly replies: readonly Buzz[];
  readonly more: Paging;
}

export interface ThreadModel {
  readonly state: Readable<ThreadState>;
  open(): () => void;
  loadMore(): void;
  /** From the beginning, after "refused". What is not refused for good is tried again while open, too. */
  reload(): void;
}

export interface GridModel {
  /** Undefined until a node has told. Live while open, for guests as well as a page that looks every few seconds. */
  readonly state: Readable<Grid | undefined>;
  /** There is a connection, but who is asked for this does not answer: `state`, if any, is how it was before. */
  readonly stale: Readable<boolean>;
  open(): () => void;
}

/** What can be asked for and is shown as it came. */
export type Question =
  GetUserRequest | GetUsersRequest | GetFollowersRequest | GetFolloweesRequest | GetBuzzRequest;
export type WithoutId<Q> = Q extends unknown ? Omit<Q, "id"> : never;

export interface Buzzer {
  readonly connection: Readable<Connection>;
  readonly account: Readable<Account>;
  /** Whom one follows, in lower case; undefined until known. */
  readonly followed: Readable<ReadonlySet<string> | undefined>;
  /** Mentions that have not been looked at, at most 99. */
  readonly unreadMentions: Readable<number>;
  /** One's own that are on their way, oldest first. */
  readonly outgoing: Readable<readonly OutgoingBuzz[]>;
  readonly notices: Readable<readonly Notice[]>;

  /** Makes an account and logs in. */
  register(name: string, password: string): Promise<void>;
  logIn(name: string, password: string): Promise<void>;
  /**
   * Forgets everything that this browser has kept of the account for this address. What pages of other ports of the
   * same host have kept, they forget when they learn of it. Without a node nothing is done or forgotten.
   */
  logOut(): Promise<void>;

  ask<Q extends WithoutId<Question>>(question: Q): Promise<Answers[Q["type"]]>;

  /** The same model for the same feed, as long as it is kept. */
  feed(feed: PagedFeed): FeedModel;
  thread(id: BuzzId): ThreadModel;
  readonly grid: GridModel;

  /** At once in `outgoing`; whatever becomes of it shows there, and in the feeds. */
  post(text: string, inReplyTo?: BuzzId): void;
  /** Sends a refused one again, as a new wish. */
  retry(key: string): void;
  /** Drops a refused one; returns its text, for the composer. */
  discard(key: string): string;

  /** Shows at once, and is rolled back with a notice when refused; then rejected too. */
  edit(buzz: Buzz, text: string): Promise<void>;
  remove(buzz: Buzz): Promise<void>;
  follow(name: string): Promise<void>;
  unfollow(name: string): Promise<void>;

  markMentionsRead(): void;
  notify(text: string, kind: Notice["kind"]): void;
  dismiss(id: number): void;

  /** For completion while typing, by prefix in lower case, best first, at most 8. Users: asked of the grid too. */
  suggestUsers(prefix: string): Promise<readonly string[]>;
  /** Of the topics that this browser has seen lately. */
  suggestTopics(prefix: string): readonly string[];
}

export type { Buzz, BuzzId, Grid, PagedFeed, User };
