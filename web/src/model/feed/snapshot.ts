/** The home feed as it was last, kept per account: shown at once on the next visit, and offline. */
import type { Environment } from "../../base/environment";
import { isKeptFeed } from "./kept-feed";
import type { KeptFeed } from "./kept-feed";

const MOST_BUZZES = 50;
/** A change is kept at once, but not sooner than this after the one before. */
const APART_MS = 1_000;
/** So long the feed waits for it at the beginning. */
const READ_MS = 1_000;

const keyOf = (account: string): string => `home:${account.toLowerCase()}`;

export async function readSnapshot({ large }: Environment, account: string): Promise<KeptFeed | undefined> {
  let timer: ReturnType<typeof setTimeout> | undefined;
  const tooLate = new Promise<undefined>((resolve) => {
    timer = setTimeout(() => resolve(undefined), READ_MS);
  });
  const value = await Promise.race([large.get(keyOf(account)), tooLate]);
  clearTimeout(timer);
  return isKeptFeed(value) ? value : undefined;
}

export class Snapshot {
  private timer: ReturnType<typeof setTimeout> | undefined;
  private keptAt = -Infinity;
  private isStopped = false;

  constructor(
    private readonly account: string,
    private readonly keepHome: (most: number) => KeptFeed | undefined,
    private readonly environment: Environment,
  ) {}

  changed(): void {
    if (this.isStopped || this.timer !== undefined) return;
    const wait = Math.max(0, this.keptAt + APART_MS - Date.now());
    this.timer = setTimeout(() => {
      this.timer = undefined;
      this.keep();
    }, wait);
  }

  stop(): void {
    this.isStopped = true;
    clearTimeout(this.timer);
  }

  async forget(): Promise<void> {
    this.stop();
    await this.environment.large.remove(keyOf(this.account));
  }

  private keep(): void {
    const kept = this.keepHome(MOST_BUZZES);
    if (kept === undefined) return;
    this.keptAt = Date.now();
    void this.environment.large.set(keyOf(this.account), kept);
  }
}
