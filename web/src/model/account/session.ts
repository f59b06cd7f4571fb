/**
 * Who one is: logs in on every new connection, with the token of this page's own login, else with the session cookie;
 * keeps the token in memory only, after it has been exchanged for the cookie.
 *
 * Only a definite answer of a node that could see the cookie makes a guest of who was logged in.
 */
import { delayBefore } from "../../base/back-off";
import { Cell } from "../../base/cell";
import type { Environment } from "../../base/environment";
import { randomKey } from "../../base/random-key";
import { Asker } from "../../grid/asker";
import type { Ready } from "../../grid/asker";
import { hostNameOf } from "../../grid/candidates";
import type { Connection } from "../../grid/connection";
import { asFailure } from "../../grid/failure";
import type { GridClient } from "../../grid/grid-client";
import type { Account } from "../buzzer";
import { REQUEST_TIMEOUT_MS } from "../buzzer";
import { clearCookie, exchangeForCookie } from "./session-cookie";

const NAME_KEY = "buzzer.account";

export class Session {
  readonly account: Cell<Account>;
  readonly ready = new Cell<Ready | undefined>(undefined);
  readonly asker: Asker;
  private token: string | undefined;
  private hasCookie = false;
  /** Counts attempts to find out who one is: an earlier one does nothing more. */
  private attempt = 0;

  constructor(
    private readonly environment: Environment,
    private readonly client: GridClient,
  ) {
    const name = environment.small.get(NAME_KEY);
    this.account = new Cell<Account>({ status: "unknown", ...(name === undefined ? {} : { name }) });
    this.asker = new Asker(this.ready, () => environment.random());
    environment.onOtherTab((key) => {
      if (key === NAME_KEY) this.otherTabChanged();
    });
  }

  /** Whether nodes of other host names, which never see the cookie, would do. */
  get needsNoCookie(): boolean {
    return this.token !== undefined || this.account.get().status === "guest";
  }

  /** With each new connection, and with undefined when it is gone. */
  connected(connection: Connection | undefined): void {
    this.attempt++;
    if (connection === undefined) this.ready.set(undefined);
    else void this.greet(connection, this.attempt);
  }

  /** The node says so, of this connection. */
  ended(): void {
    this.token = undefined;
    this.client.reconnect();
  }

  async register(name: string, password: string): Promise<void> {
    const key = { key: randomKey(), key_created: new Date().toISOString() };
    await this.asker.ask({ type: "register", name, password, ...key }, "anyone", REQUEST_TIMEOUT_MS);
    await this.logIn(name, password);
  }

  async logIn(name: string, password: string): Promise<void> {
    this.attempt++;
    const wish = { type: "login", name, password } as const;
    const { answer, connection } = await this.asker
      .askWhere(wish, "anyone", REQUEST_TIMEOUT_MS)
      .catch((thrown: unknown) => {
        // Who was being found out about is so again.
        if (this.account.get().status !== "guest") this.connected(this.client.connection.get());
        throw thrown;
      });
    this.attempt++;
    this.token = answer.token;
    this.hasCookie = false;
    this.isMember(connection, answer.user.name);
    await this.keepCookie();
    this.environment.small.set(NAME_KEY, answer.user.name);
  }

  async logOut(): Promise<void> {
    try {
      await this.asker.ask({ type: "logout" }, "member", REQUEST_TIMEOUT_MS);
    } catch (thrown) {
      const { code } = asFailure(thrown);
      if (code !== "unauthorized" && code !== "session_ended") throw thrown;
    }
    await clearCookie(this.environment);
    this.isGuest();
    // The subscriptions of the public feeds have ended with the login.
    this.client.reconnect();
  }

  private async greet(connection: Connection, attempt: number): Promise<void> {
    const isCurrent = (): boolean => attempt === this.attempt && !connection.over;
    const seesCookie = hostNameOf(connection.url) === new URL(this.environment.origin).hostname;
    for (let tries = 0; isCurrent(); tries++) {
      const token = this.token;
      const isGuest = this.account.get().status === "guest";
      if (token === undefined && (isGuest || !seesCookie)) {
        this.setReady(connection, isGuest ? "guest" : "unknown");
        return;
      }
      try {
        const answer = await connection.ask({
          type: "authenticate",
          ...(token === undefined ? {} : { token }),
        });
        if (!isCurrent()) return;
        this.isMember(connection, answer.user.name);
        this.environment.small.set(NAME_KEY, answer.user.name);
        await this.keepCookie();
        return;
      } catch (thrown) {
        if (!isCurrent()) return;
        const failure = asFailure(thrown);
        if (failure.definite && failure.code !== "too_many_requests") {
          this.isGuest();
          this.setReady(connection, "guest");
          return;
        }
        // Public things can be read meanwhile.
        this.setReady(connection, "unknown");
        const wait = delayBefore(tries, this.environment.random(), { first: 500, most: 5_000 });
        await new Promise((resolve) => setTimeout(resolve, Math.max(wait, failure.retryAfter ?? 0)));
      }
    }
  }

  private isMember(connection: Connection, name: string): void {
    const account = this.account.get();
    if (account.status !== "member" || account.name !== name) this.account.set({ status: "member", name });
    if (!connection.over) this.setReady(connection, "member");
  }

  private isGuest(): void {
    this.token = undefined;
    this.hasCookie = false;
    this.environment.small.remove(NAME_KEY);
    if (this.account.get().status !== "guest") this.account.set({ status: "guest" });
  }

  private setReady(connection: Connection, who: Ready["who"]): void {
    const ready = this.ready.get();
    if (ready?.connection === connection && ready.who === who) return;
    connection.setMember(who === "member");
    this.ready.set({ connection, who });
  }

  /** Tried again with each connection until it is done: the page's own node may be away. */
  private async keepCookie(): Promise<void> {
    const token = this.token;
    if (token === undefined || this.hasCookie) return;
    const isKept = await exchangeForCookie(this.environment, token);
    if (isKept && this.token === token) this.hasCookie = true;
  }

  private otherTabChanged(): void {
    const name = this.environment.small.get(NAME_KEY);
    const account = this.account.get();
    if (account.status === "guest" ? name === undefined : account.name === name) return;
    this.token = undefined;
    this.hasCookie = false;
    this.account.set(name === undefined ? { status: "guest" } : { status: "unknown", name });
    this.client.reconnect();
  }
}
