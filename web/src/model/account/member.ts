/**
 * What there is only for who is logged in, or was when this browser last knew: the home feed, always live, for its
 * snapshot and for what it tells of follows; mentions; whom one follows; the outbox. Ends with the login.
 */
import type { Cell } from "../../base/cell";
import type { Environment } from "../../base/environment";
import type { Buzz, FollowEntry, PostedAnswer } from "../../protocol/v1";
import type { OutgoingBuzz } from "../buzzer";
import type { GridFeed } from "../feed/feed-model";
import { mentions } from "../feed/feed-state";
import type { Feeds } from "../feed/feeds";
import { readFollowed } from "./followed";
import type { Notices } from "../notices";
import { Outbox } from "../outbox/outbox";
import type { Parts } from "../parts";
import { readSnapshot, Snapshot } from "../feed/snapshot";
import type { Threads } from "../thread/threads";
import { seenKey, Unread } from "./unread";
import { withOrWithout } from "../wishes";

const GET_POSTED_MS = 3_000;

export class Member {
  readonly outbox: Outbox;
  readonly unread: Unread;
  private readonly home: GridFeed;
  private readonly snapshot: Snapshot;
  private readonly ends: (() => void)[] = [];
  private isOver = false;
  private followedReads = 0;

  constructor(
    readonly name: string,
    private readonly environment: Environment,
    private readonly parts: Parts,
    private readonly feeds: Feeds,
    private readonly threads: Threads,
    private readonly followed: Cell<ReadonlySet<string> | undefined>,
    notices: Notices,
  ) {
    this.snapshot = new Snapshot(name, (most) => this.home.keep(most), environment);
    this.home = feeds.make(
      { kind: "home", of: name },
      { changed: () => this.snapshot.changed(), live: (how) => this.homeIsLive(how) },
      readSnapshot(environment, name),
    );
    this.outbox = new Outbox(name, environment, parts.asker, {
      posted: (answer, entry, done) => this.posted(answer, entry, done),
      refused: (text) => notices.notify(`Your buzz was not posted. ${text}`, "error"),
      settled: () => {
        feeds.release();
        threads.release();
      },
    });
    this.unread = new Unread(name, feeds.get({ kind: "mentions", of: name }), environment.small);
    this.ends.push(
      this.home.open(),
      parts.ready.watch(() => this.look()),
      environment.onOtherTab((key) => {
        if (key === seenKey(name) || key === undefined) this.unread.look();
      }),
    );
    this.look();
  }

  /** What is kept stays kept. */
  stop(): void {
    if (this.isOver) return;
    this.isOver = true;
    this.snapshot.stop();
    this.outbox.stop();
    this.unread.stop();
    for (const end of this.ends) end();
    this.followed.set(undefined);
  }

  async forget(): Promise<void> {
    this.stop();
    this.environment.small.remove(seenKey(this.name));
    await Promise.all([this.outbox.forget(), this.snapshot.forget()]);
  }

  /** On whatever device: whose buzzes the home feed has changes with it, those of the past too. */
  followChanged({ kind, author }: FollowEntry): void {
    const name = author.toLowerCase();
    this.followed.update((names) => names && withOrWithout(names, name, kind === "followed"));
    const isTheirs = (buzz: Buzz): boolean => buzz.author.toLowerCase() === name;
    if (kind === "followed") void this.home.refresh(isTheirs);
    else this.home.removeThose((buzz) => isTheirs(buzz) && !mentions(buzz, this.name));
  }

  /** From here on the feed tells of follows: what was before is read, once, and again when something was not told. */
  private homeIsLive(how: "begun" | "resumed" | "gap"): void {
    if (how === "resumed" && this.followed.get() !== undefined) return;
    const read = ++this.followedReads;
    const isWanted = (): boolean => !this.isOver && read === this.followedReads;
    void readFollowed(this.parts.asker, this.name, isWanted).then((names) => {
      if (names !== undefined && isWanted()) this.followed.set(names);
    });
  }

  private look(): void {
    if (this.parts.ready.get()?.who === "member") this.outbox.send();
    this.snapshot.changed();
  }

  private async posted(answer: PostedAnswer, entry: OutgoingBuzz, done: () => void): Promise<void> {
    const { store, asker } = this.parts;
    const wish = { type: "get_buzz", buzz_id: answer.buzz_id } as const;
    const buzz = await asker.ask(wish, "anyone", GET_POSTED_MS).then(
      (found) => found.buzz,
      () => this.withoutMeaning(answer, entry),
    );
    done();
    if (this.isOver) return;
    const [highest] = store.accept([buzz]);
    if (highest === undefined || highest.deleted === true) return;
    this.feeds.posted(highest);
    this.threads.posted(highest);
  }

  /** The buzz as far as it is known here; what the grid tells of it is a higher version. */
  private withoutMeaning(answer: PostedAnswer, { text, inReplyTo }: OutgoingBuzz): Buzz {
    const parent = inReplyTo === undefined ? undefined : this.parts.store.get(inReplyTo);
    const root = parent?.root ?? inReplyTo;
    return {
      id: answer.buzz_id,
      author: this.name,
      text,
      version: 0,
      posted: answer.posted,
      ...(inReplyTo === undefined ? {} : { in_reply_to: inReplyTo }),
      ...(root === undefined ? {} : { root }),
      entities: [],
    };
  }
}
