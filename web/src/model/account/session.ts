/**
 * Who one is: logs in on every new connection, with the token of this page's own login, else with the session cookie;
 * keeps the token in memory only, also after it has been exchanged for the cookie: nodes of other host names never see
 * that.
 *
 * Other tabs are told of a login (NAME_KEY) once the cookie is there, by which they log in too. A login that has none,
 * because the page's own node is away, is this tab's alone.
 *
 * Only a definite answer of a node that could see the cookie makes a guest of who was logged in.
 */
import { delayBefore } from "../../base/back-off";
import { Cell } from "../../base/cell";
import type { Environment } from "../../base/environment";
import { randomKey } from "../../base/random-key";
import { Asker } from "../../grid/asker";
import type { Needs, Ready } from "../../grid/asker";
import { hostNameOf } from "../../grid/candidates";
import type { Connection } from "../../grid/connection";
import { asFailure } from "../../grid/failure";
import type { GridClient } from "../../grid/grid-client";
import type { RegisterRequest } from "../../protocol/v1";
import type { Account, WithoutId } from "../buzzer";
import { REQUEST_TIMEOUT_MS } from "../buzzer";
import { clearCookie, exchangeForCookie } from "./session-cookie";

const NAME_KEY = "buzzer.account";

export class Session {
  readonly account: Cell<Account>;
  readonly ready = new Cell<Ready | undefined>(undefined);
  readonly asker: Asker;
  private token: string | undefined;
  private hasCookie = false;
  /** Of which nobody has said whether it was done: asked for by hand again, it is the same wish. */
  private signUp: WithoutId<RegisterRequest> | undefined;
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
      if (key === NAME_KEY || key === undefined) this.otherTabChanged();
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
    const isSame = this.signUp?.name === name && this.signUp.password === password;
    const wish = (isSame ? this.signUp : undefined) ?? {
      type: "register",
      name,
      password,
      key: randomKey(),
      key_created: new Date().toISOString(),
    };
    this.signUp = wish;
    try {
      await this.asker.ask(wish, "anyone", REQUEST_TIMEOUT_MS);
    } catch (thrown) {
      const { definite, code } = asFailure(thrown);
      if (definite || code === "key_expired") this.signUp = undefined;
      throw thrown;
    }
    this.signUp = undefined;
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
    // First the cookie: who is shown to be logged in may reload at once.
    await this.keepCookie();
    if (this.token !== answer.token) return;
    this.isMember(connection, answer.user.name);
    this.tellOtherTabs(answer.user.name);
  }

  async logOut(): Promise<void> {
    try {
      await this.asker.ask({ type: "logout" }, this.asWhom(), REQUEST_TIMEOUT_MS);
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
        await this.keepCookie();
        if (this.token === token) this.tellOtherTabs(answer.user.name);
        return;
      } catch (thrown) {
        if (!isCurrent()) return;
        const failure = asFailure(thrown);
        if (failure.definite && failure.code !== "too_many_requests") {
          // The cookie may be good all the same: of a later login, in another tab.
          if (token !== undefined) {
            this.ended();
          } else {
            this.isGuest();
            this.setReady(connection, "guest");
          }
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
    if (!connection.over) this.setReady(connection, "member", name.toLowerCase());
  }

  private isGuest(): void {
    this.token = undefined;
    this.hasCookie = false;
    this.environment.small.remove(NAME_KEY);
    if (this.account.get().status !== "guest") this.account.set({ status: "guest" });
  }

  private setReady(connection: Connection, who: Ready["who"], name?: string): void {
    const ready = this.ready.get();
    if (ready?.connection === connection && ready.who === who && ready.name === name) return;
    connection.setMember(who === "member");
    this.ready.set({ connection, who, ...(name === undefined ? {} : { name }) });
  }

  private asWhom(): Needs {
    const account = this.account.get();
    const name = account.status === "guest" ? undefined : account.name;
    return name === undefined ? "member" : { member: name.toLowerCase() };
  }

  /** Tried again with each connection until it is done: the page's own node may be away. */
  private async keepCookie(): Promise<void> {
    const token = this.token;
    if (token === undefined || this.hasCookie) return;
    const isKept = await exchangeForCookie(this.environment, token);
    if (isKept && this.token === token) this.hasCookie = true;
  }

  private tellOtherTabs(name: string): void {
    if (this.token !== undefined && !this.hasCookie) return;
    const { small } = this.environment;
    if (small.get(NAME_KEY) !== name) small.set(NAME_KEY, name);
  }

  private otherTabChanged(): void {
    const name = this.environment.small.get(NAME_KEY);
    const account = this.account.get();
    if (account.status === "guest" ? name === undefined : account.name === name) return;
    // That another one's login is over says nothing of this tab's own.
    if (name === undefined && this.token !== undefined && !this.hasCookie) return;
    this.token = undefined;
    this.hasCookie = false;
    this.account.set(name === undefined ? { status: "guest" } : { status: "unknown", name });
    this.client.reconnect();
  }
}
