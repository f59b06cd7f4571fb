/**
 * One buzz within its thread, for the pages: the way down to it and the replies below it, live. Follows the whole
 * thread, under its root's name, from before the first page is read. After a gap everything is read again.
 *
 * What could not be read for now (whoever has the buzz may be away, while the connection is fine) is read again, with
 * growing pauses, as long as it is open: "refused" until then, or with what was there before.
 */
import { delayBefore } from "../../base/back-off";
import type { BackOff } from "../../base/back-off";
import { Cell } from "../../base/cell";
import { Failure, offline } from "../../grid/failure";
import { LiveFeed } from "../../grid/live-feed";
import type { Buzz, BuzzId, Cursor, Entry, ThreadAnswer } from "../../protocol/v1";
import type { Paging, Refusal, ThreadModel, ThreadState } from "../buzzer";
import { REQUEST_TIMEOUT_MS } from "../buzzer";
import { tombstone } from "../buzz-store";
import type { Parts } from "../parts";
import { refusalOf } from "../problem-texts";
import { below, EMPTY_THREAD, pruned, withReplies, withThreadVersions } from "./thread-state";
import type { ThreadLog } from "./thread-state";

const PAGE = 200;
const AGAIN: BackOff = { first: 2_000, most: 30_000 };

export class GridThread implements ThreadModel {
  readonly state: Cell<ThreadState>;
  private log: ThreadLog = EMPTY_THREAD;
  private status: ThreadState["status"] = "loading";
  private problem: Refusal | undefined;
  private more: Paging = "loading";
  private next: Cursor | undefined;
  /** Told live, before the page that they belong below was there. */
  private pending: Buzz[] = [];
  private live: LiveFeed | undefined;
  private isReading = false;
  /** Something may be missing in what is shown. */
  private isPartial = false;
  private failures = 0;
  private again: ReturnType<typeof setTimeout> | undefined;
  private generation = 0;
  private openers = 0;
  private patience: ReturnType<typeof setTimeout> | undefined;
  private readonly unwatch: () => void;
  private readonly unwatchReady: () => void;

  constructor(
    readonly id: BuzzId,
    private readonly parts: Parts,
    private readonly closed: () => void,
  ) {
    this.state = new Cell<ThreadState>(this.view());
    this.unwatch = parts.store.watch({
      renewed: (buzzes) => this.setLog(withThreadVersions(this.log, buzzes)),
      wished: () => this.publish(),
    });
    this.unwatchReady = parts.ready.watch(() => {
      // What could not be asked for offline is asked for again at once.
      const wasOffline = this.status === "refused" && this.problem?.definite === false;
      if (this.isOpen && wasOffline && parts.ready.get() !== undefined) this.tryAgain();
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
      this.live?.stop();
      this.stopTimers();
      this.closed();
    };
  }

  dispose(): void {
    this.generation++;
    this.live?.stop();
    this.unwatch();
    this.unwatchReady();
    this.stopTimers();
  }

  loadMore(): void {
    if (this.status === "ready" && (this.more === "more" || this.more === "failed")) void this.readMore();
  }

  reload(): void {
    if (this.status !== "refused") return;
    const wasDefinite = this.problem?.definite === true;
    this.status = "loading";
    this.problem = undefined;
    this.failures = 0;
    this.publish();
    if (!this.isOpen) return;
    this.waitPatiently();
    // A feed that has ended does not go on by itself.
    if (wasDefinite && this.live !== undefined) this.live.restart();
    else this.tryAgain();
  }

  /** One's own buzz is posted. */
  posted(buzz: Buzz): void {
    if (this.status === "ready") this.setLog(withReplies(this.log, below(this.log, this.id, [buzz])));
  }

  private begin(): void {
    if (this.status === "refused") {
      this.status = "loading";
      this.problem = undefined;
      this.publish();
    }
    if (this.status === "loading") this.waitPatiently();
    if (this.live !== undefined) this.live.start();
    else void this.follow(++this.generation);
  }

  private waitPatiently(): void {
    clearTimeout(this.patience);
    this.patience = setTimeout(() => {
      if (this.status === "loading") this.refuse(refusalOf(offline("the thread does not answer")));
    }, REQUEST_TIMEOUT_MS);
  }

  private tryAgain(): void {
    clearTimeout(this.again);
    if (this.live === undefined) void this.follow(++this.generation);
    else void this.read();
  }

  private tryLater(): void {
    clearTimeout(this.again);
    if (!this.isOpen) return;
    this.again = setTimeout(() => this.tryAgain(), delayBefore(this.failures, this.parts.random(), AGAIN));
    this.failures++;
  }

  private stopTimers(): void {
    clearTimeout(this.patience);
    clearTimeout(this.again);
  }

  private async follow(generation: number): Promise<void> {
    try {
      const buzz = this.parts.store.get(this.id) ?? (await this.readBuzz());
      if (generation !== this.generation || this.live !== undefined) return;
      this.live = new LiveFeed(
        this.parts.ready,
        { kind: "thread", of: buzz.root ?? buzz.id },
        "anyone",
        {
          begun: () => void this.read(),
          resumed: () => {
            if (this.status !== "ready" || this.isPartial) void this.read();
          },
          entry: (entry) => this.told(entry),
          gap: () => void this.read(),
          ended: (failure) => this.refuse(refusalOf(failure)),
        },
        () => this.parts.random(),
      );
      if (this.isOpen) this.live.start();
    } catch (thrown) {
      if (generation === this.generation) this.refuse(refusalOf(thrown));
    }
  }

  private async readBuzz(): Promise<Buzz> {
    const wish = { type: "get_buzz", buzz_id: this.id } as const;
    const { buzz } = await this.parts.asker.ask(wish, "anyone", REQUEST_TIMEOUT_MS);
    return this.parts.store.accept([buzz])[0] ?? buzz;
  }

  private async read(): Promise<void> {
    const generation = ++this.generation;
    this.isReading = this.isPartial = true;
    try {
      const page = await this.ask();
      if (generation !== this.generation) return;
      const path = this.parts.store.accept(page.path);
      if (path.length === 0) throw new Failure("unknown_buzz", true, "no such buzz");
      this.status = "ready";
      this.problem = undefined;
      this.log = { path, replies: [] };
      this.took(page);
      this.stopTimers();
      this.failures = 0;
      this.isReading = this.isPartial = false;
      this.flush();
      this.publish();
    } catch (thrown) {
      if (generation !== this.generation) return;
      this.isReading = false;
      const problem = refusalOf(thrown);
      if (this.status === "ready") {
        this.flush();
        if (!problem.definite) this.tryLater();
      } else {
        this.refuse(problem);
      }
    }
  }

  private async readMore(): Promise<void> {
    const { generation } = this;
    this.more = "loading";
    this.publish();
    try {
      // A page may be empty and still not be the last.
      const known = this.log.replies.length;
      do {
        const page = await this.ask(this.next);
        if (generation !== this.generation) return;
        this.took(page);
      } while (this.log.replies.length === known && this.next !== undefined);
      this.flush();
    } catch {
      if (generation !== this.generation) return;
      this.more = "failed";
    }
    this.publish();
  }

  private took(page: ThreadAnswer): void {
    this.log = withReplies(this.log, this.parts.store.accept(page.replies));
    this.next = page.next;
    this.more = page.next === undefined ? "end" : "more";
  }

  private ask(cursor?: Cursor): Promise<ThreadAnswer> {
    const rest = cursor === undefined ? {} : { cursor };
    const wish = { type: "get_thread", buzz_id: this.id, limit: PAGE, ...rest } as const;
    return this.parts.asker.ask(wish, "anyone", REQUEST_TIMEOUT_MS);
  }

  private told(entry: Entry): void {
    if (!("buzz" in entry) || entry.kind === "left") return;
    const { store } = this.parts;
    const { kind, buzz } = entry;
    const told = kind === "deleted" ? tombstone(store.get(buzz.id) ?? buzz, buzz.version) : buzz;
    const [highest] = store.accept([told]);
    if (highest === undefined || highest.deleted === true) return;
    this.pending.push(highest);
    this.flush();
  }

  private flush(): void {
    if (this.isReading || this.status !== "ready") return;
    const { pending } = this;
    const isHeld = (buzz: Buzz): boolean =>
      this.parts.isSending() && buzz.author.toLowerCase() === this.parts.me();
    this.pending = pending.filter(isHeld);
    const told = pending.filter((buzz) => !isHeld(buzz));
    if (told.length > 0) this.setLog(withReplies(this.log, below(this.log, this.id, told)));
  }

  /** What has been kept back may show now. */
  release(): void {
    this.flush();
  }

  private refuse(problem: Refusal): void {
    this.status = "refused";
    this.problem = problem;
    this.publish();
    if (!problem.definite) this.tryLater();
  }

  private setLog(log: ThreadLog): void {
    if (log === this.log) return;
    this.log = log;
    this.publish();
  }

  private publish(): void {
    this.state.set(this.view());
  }

  private view(): ThreadState {
    const { status, problem, more } = this;
    const look = (buzz: Buzz): Buzz => this.parts.store.view(buzz);
    return {
      status,
      more,
      ...(problem === undefined ? {} : { problem }),
      path: this.log.path.map(look),
      replies: pruned(this.log.replies.map(look)),
    };
  }
}
