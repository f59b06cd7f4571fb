/**
 * One's own buzzes on their way: kept across reloads, sent in the order of writing, each with its own key until there
 * is a definite answer. So a buzz written offline, or whose answer was lost, is posted once.
 *
 * One outbox is one account's. Of several tabs one sends at a time (environment.alone), after a look at what is kept
 * by then; should two send the same all the same, the key makes one buzz of it.
 */
import { delayBefore } from "../../base/back-off";
import { Cell } from "../../base/cell";
import type { Environment } from "../../base/environment";
import { randomKey } from "../../base/random-key";
import type { Asker } from "../../grid/asker";
import { asFailure } from "../../grid/failure";
import type { Failure } from "../../grid/failure";
import type { BuzzId, PostedAnswer } from "../../protocol/v1";
import type { OutgoingBuzz } from "../buzzer";
import { isKeptList } from "./outbox-entry";
import type { KeptBuzz } from "./outbox-entry";
import { problemText } from "../problem-texts";

const TOLD_KEY = "buzzer.outbox";
/** One attempt, which repeats by itself what is not available. */
const ATTEMPT_MS = 10_000;
const AGAIN = { first: 500, most: 10_000 };

export interface OutboxEvents {
  /** Shows the buzz, and calls `done` in the same moment, with which the entry goes away. */
  posted(answer: PostedAnswer, entry: OutgoingBuzz, done: () => void): Promise<void>;
  refused(text: string): void;
  /** There is nothing on its way any more of which nobody knows whether it is there. */
  settled(): void;
}

type Change = (kept: readonly KeptBuzz[]) => readonly KeptBuzz[];

export class Outbox {
  readonly entries = new Cell<readonly OutgoingBuzz[]>([]);
  private readonly storeKey: string;
  private isWorking = false;
  private isStopped = false;
  private isForgotten = false;
  /** May be there already: sent here or by an earlier visit, without a definite answer. */
  private readonly uncertain = new Set<string>();
  /** When each was first sent: its key is as old as that. What was never sent is no older than now. */
  private readonly sent = new Map<string, number>();
  /** Changes that are not in storage yet, in order. */
  private unkept: Change[] = [];
  private storage: Promise<void> = Promise.resolve();
  private wake: (() => void) | undefined;
  private readonly unwatch: () => void;

  constructor(
    private readonly account: string,
    private readonly environment: Environment,
    private readonly asker: Asker,
    private readonly events: OutboxEvents,
  ) {
    this.storeKey = `outbox:${account.toLowerCase()}`;
    this.unwatch = environment.onOtherTab((key) => {
      if (key === TOLD_KEY || key === undefined) void this.load().then(() => this.send());
    });
    void this.load().then(() => this.send());
  }

  /** For good; what is kept stays kept. */
  stop(): void {
    this.isStopped = true;
    this.unwatch();
    this.wake?.();
  }

  /** Forgets what is kept, too. */
  async forget(): Promise<void> {
    this.stop();
    this.isForgotten = true;
    await this.storage;
    await this.environment.large.remove(this.storeKey);
  }

  /** Whether there may be a buzz of one's own that nobody knows of yet. */
  get isSending(): boolean {
    return this.uncertain.size > 0;
  }

  post(text: string, inReplyTo: BuzzId | undefined): void {
    const entry: KeptBuzz = {
      key: randomKey(),
      text,
      ...(inReplyTo === undefined ? {} : { inReplyTo }),
      written: Date.now(),
    };
    this.entries.update((entries) => [...entries, { ...entry, status: "waiting" }]);
    this.keep((kept) => [...kept, entry]);
    this.send();
  }

  retry(key: string): void {
    const entry = this.refused(key);
    if (entry === undefined) return;
    this.drop(key);
    this.post(entry.text, entry.inReplyTo);
  }

  discard(key: string): string {
    const entry = this.refused(key);
    if (entry === undefined) return "";
    this.drop(key);
    return entry.text;
  }

  /** Sends what waits, and goes on until nothing does. Call it whenever there may be a connection again. */
  send(): void {
    this.wake?.();
    if (this.isWorking || this.isStopped || this.next() === undefined) return;
    this.isWorking = true;
    void this.sendAll().finally(() => {
      this.isWorking = false;
    });
  }

  private async sendAll(): Promise<void> {
    for (let failures = 0; !this.isStopped && this.next() !== undefined;) {
      const isDecided = await this.environment
        .alone(this.storeKey, async () => {
          // Another tab may have sent it meanwhile.
          await this.load();
          const entry = this.next();
          return entry === undefined || this.isStopped || this.sendOne(entry);
          // The lock is not to be had: as if nobody had answered.
        })
        .catch(() => false);
      failures = isDecided ? 0 : failures + 1;
      if (!isDecided) await this.pause(delayBefore(failures - 1, this.environment.random(), AGAIN));
    }
  }

  private next(): OutgoingBuzz | undefined {
    return this.entries.get().find(({ status }) => status !== "refused");
  }

  /** Whether it is decided what became of it. */
  private async sendOne(entry: OutgoingBuzz): Promise<boolean> {
    const { key, text, inReplyTo } = entry;
    const created = this.sent.get(key) ?? Date.now();
    const progress = (isUnderWay: boolean): void => {
      if (isUnderWay) {
        this.uncertain.add(key);
        if (!this.sent.has(key)) this.keepSent(key, created);
      }
      this.change(key, { status: isUnderWay ? "sending" : "waiting" });
    };
    const wish = {
      type: "post",
      text,
      key,
      key_created: new Date(created).toISOString(),
      ...(inReplyTo === undefined ? {} : { in_reply_to: inReplyTo }),
    } as const;
    try {
      const answer = await this.asker.ask(wish, { member: this.account.toLowerCase() }, ATTEMPT_MS, progress);
      if (this.isStopped) return true;
      await this.events.posted(answer, entry, () => this.drop(key));
    } catch (thrown) {
      const failure = asFailure(thrown);
      if (!isDecision(failure)) {
        progress(false);
        return false;
      }
      if (this.isStopped) return true;
      this.refuse(key, problemText(failure));
    }
    if (this.uncertain.delete(key) && !this.isSending) this.events.settled();
    return true;
  }

  private refuse(key: string, problem: string): void {
    this.change(key, { status: "refused", problem });
    this.keep((kept) => kept.map((entry) => (entry.key === key ? { ...entry, problem } : entry)));
    this.events.refused(problem);
  }

  private keepSent(key: string, sent: number): void {
    this.sent.set(key, sent);
    this.keep((kept) => kept.map((entry) => (entry.key === key ? { ...entry, sent } : entry)));
  }

  private refused(key: string): OutgoingBuzz | undefined {
    return this.entries.get().find((entry) => entry.key === key && entry.status === "refused");
  }

  private change(key: string, change: Pick<OutgoingBuzz, "status" | "problem">): void {
    this.entries.update((entries) =>
      entries.some((entry) => entry.key === key && entry.status !== change.status)
        ? entries.map((entry) => (entry.key === key ? { ...entry, ...change } : entry))
        : entries,
    );
  }

  private drop(key: string): void {
    this.entries.update((entries) => entries.filter((entry) => entry.key !== key));
    this.keep((kept) => kept.filter((entry) => entry.key !== key));
  }

  private keep(change: Change): void {
    if (this.isForgotten) return;
    this.unkept.push(change);
    this.storage = this.storage.then(async () => {
      const kept = (value: unknown): readonly KeptBuzz[] => change(isKeptList(value) ? value : []);
      if (this.isForgotten) return;
      // What cannot be kept goes on as long as this page does.
      if (!(await this.environment.large.update(this.storeKey, kept))) return;
      this.unkept = this.unkept.filter((other) => other !== change);
      this.environment.small.set(TOLD_KEY, randomKey());
    });
  }

  /** What is kept by now, by whatever tab, with what has been changed here since. */
  private load(): Promise<void> {
    const loaded = this.storage.then(async () => {
      const value = await this.environment.large.get(this.storeKey);
      if (!isKeptList(value) || this.isStopped) return;
      const kept = this.unkept.reduce((list, change) => change(list), value);
      const known = new Map(this.entries.get().map((entry) => [entry.key, entry]));
      for (const { key, problem, sent } of kept) {
        if (sent !== undefined) this.sent.set(key, sent);
        if (!known.has(key) && problem === undefined) this.uncertain.add(key);
      }
      const keys = new Set(kept.map(({ key }) => key));
      for (const key of this.uncertain) if (!keys.has(key)) this.uncertain.delete(key);
      this.entries.set(kept.map((entry) => known.get(entry.key) ?? outgoing(entry)));
      if (!this.isSending) this.events.settled();
    });
    this.storage = loaded;
    return loaded;
  }

  private pause(ms: number): Promise<void> {
    return new Promise((resolve) => {
      const timer = setTimeout(() => this.wake?.(), ms);
      this.wake = () => {
        clearTimeout(timer);
        this.wake = undefined;
        resolve();
      };
    });
  }
}

/** Who has to log in again posts it then; too many at once is no refusal of this one. */
function isDecision({ code, definite }: Failure): boolean {
  if (code === "key_expired") return true;
  return definite && code !== "unauthorized" && code !== "session_ended" && code !== "too_many_requests";
}

function outgoing(entry: KeptBuzz): OutgoingBuzz {
  return { ...entry, status: entry.problem === undefined ? "waiting" : "refused" };
}
