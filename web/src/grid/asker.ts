/**
 * Asks the grid, whatever becomes of connections meanwhile: waits for one, repeats on the next what was lost or is not
 * available now, until there is a definite answer or the time is over. So whatever changes something needs a key.
 *
 * Fails with a Failure: definite, or "offline" (or the last indefinite one) when the time is over.
 */
import { delayBefore } from "../base/back-off";
import type { BackOff } from "../base/back-off";
import type { Readable } from "../base/cell";
import type { Connection } from "./connection";
import { asFailure, Failure, offline } from "./failure";
import type { AnswerToWish, Wish } from "./requests";

/** A connection, and who one is there: "unknown" while a session may be there, but nobody can say. */
export interface Ready {
  readonly connection: Connection;
  readonly who: "guest" | "member" | "unknown";
  /** With "member": in lower case. */
  readonly name?: string;
}

/**
 * Who may ask. `member`: that one alone (in lower case), who waits to be logged in, and fails as soon as it is known
 * that somebody else is, or nobody: what one account wished never goes out as another's. "member" is whoever it is.
 */
export type Needs = "anyone" | "member" | { readonly member: string };

/** "never": not until one logs in. */
export function mayAsk({ who, name }: Ready, needs: Needs): "now" | "later" | "never" {
  if (needs === "anyone") return "now";
  if (who === "unknown") return "later";
  return who === "member" && (needs === "member" || needs.member === name) ? "now" : "never";
}

const REPEAT: BackOff = { first: 250, most: 3_000 };

export class Asker {
  constructor(
    private readonly ready: Readable<Ready | undefined>,
    private readonly random: () => number,
  ) {}

  /** `progress`: told with true when it goes to a node, with false when it waits for another one. */
  async ask<W extends Wish>(
    wish: W,
    needs: Needs,
    timeoutMs: number,
    progress?: (isUnderWay: boolean) => void,
  ): Promise<AnswerToWish<W>> {
    return (await this.askWhere(wish, needs, timeoutMs, progress)).answer;
  }

  /** With the connection that answered. */
  async askWhere<W extends Wish>(
    wish: W,
    needs: Needs,
    timeoutMs: number,
    progress?: (isUnderWay: boolean) => void,
  ): Promise<{ readonly answer: AnswerToWish<W>; readonly connection: Connection }> {
    const end = Date.now() + timeoutMs;
    let last = offline("no node answered in time");
    for (let attempt = 0; ; attempt++) {
      const left = end - Date.now();
      if (left <= 0) throw last;
      const connection = await this.connectionFor(needs, left, last);
      progress?.(true);
      try {
        return { answer: await connection.ask(wish, Math.max(1, end - Date.now())), connection };
      } catch (thrown) {
        const failure = asFailure(thrown);
        if (failure.definite || failure.code === "key_expired") throw failure;
        last = failure;
        progress?.(false);
        // After a loss the wait is for the next connection.
        if (connection.over) continue;
        const wait = Math.max(failure.retryAfter ?? 0, delayBefore(attempt, this.random(), REPEAT));
        if (Date.now() + wait >= end) throw last;
        await new Promise((resolve) => setTimeout(resolve, wait));
      }
    }
  }

  private connectionFor(needs: Needs, timeoutMs: number, last: Failure): Promise<Connection> {
    return new Promise((resolve, reject) => {
      const look = (): boolean => {
        const ready = this.ready.get();
        if (ready === undefined || ready.connection.over) return false;
        const may = mayAsk(ready, needs);
        if (may === "never") reject(new Failure("unauthorized", true, "log in first"));
        if (may === "now") resolve(ready.connection);
        return may !== "later";
      };
      if (look()) return;
      const stop = this.ready.watch(() => {
        if (!look()) return;
        clearTimeout(timer);
        stop();
      });
      const timer = setTimeout(() => {
        stop();
        reject(last);
      }, timeoutMs);
    });
  }
}
