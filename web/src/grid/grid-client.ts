/**
 * Keeps a connection to the grid: to the page's own node first, after a loss within a moment to another one, then round
 * and round with growing pauses, all jittered: the clients of a node that died do not come all at once. At once when the
 * network or the page's visitor is back.
 *
 * `connection` is the welcomed one, undefined while there is none. Who is logged in on it is not known here.
 */
import { delayBefore } from "../base/back-off";
import type { BackOff } from "../base/back-off";
import { Cell } from "../base/cell";
import type { Environment } from "../base/environment";
import { nextCandidate } from "./candidates";
import { Connection } from "./connection";

export const RECONNECT: BackOff = { first: 250, most: 10_000 };
/** What is lost sooner has failed as well: a node that welcomes and closes is not asked without a pause. */
export const LASTING_MS = 5_000;

export class GridClient {
  readonly connection = new Cell<Connection | undefined>(undefined);
  /** How many attempts in a row have failed, the loss of the last connection counted. */
  readonly failures = new Cell(0);
  private current: Connection | undefined;
  /** Since when the present connection is welcomed. */
  private since: number | undefined;
  /** Losses in a row, since a connection has lasted. */
  private losses = 0;
  private lastFailed: string | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private readonly stopWaking: () => void;
  private stopped = true;

  constructor(
    private readonly environment: Environment,
    /** The addresses to try, the best first; asked anew each time. */
    private readonly candidates: () => readonly string[],
    private readonly sessionEnded: (connection: Connection) => void,
  ) {
    this.stopWaking = environment.onWake((why) => this.woken(why));
  }

  start(): void {
    this.stopped = false;
    this.connect();
  }

  /** For good. */
  stop(): void {
    this.stopped = true;
    this.stopWaking();
    clearTimeout(this.timer);
    this.current?.lose(1000);
  }

  /** Ends the present connection and makes another one, to any node. */
  reconnect(): void {
    if (this.current === undefined) return this.connect();
    const { losses } = this;
    this.current.lose(1000);
    this.losses = losses;
    this.connect();
  }

  private connect(): void {
    clearTimeout(this.timer);
    if (this.stopped || this.current !== undefined) return;
    const url = nextCandidate(this.candidates(), this.lastFailed);
    if (url === undefined) return;
    this.current = new Connection(this.environment, url, {
      welcomed: (connection) => {
        this.lastFailed = undefined;
        this.since = Date.now();
        this.failures.set(0);
        this.connection.set(connection);
      },
      lost: (connection, code) => this.lost(connection, code),
      sessionEnded: this.sessionEnded,
    });
  }

  private lost(connection: Connection, code: number): void {
    if (this.current !== connection) return;
    this.current = undefined;
    if (this.since !== undefined && Date.now() - this.since >= LASTING_MS) this.losses = 0;
    this.since = undefined;
    const loss = this.losses++;
    const random = this.environment.random();
    // What was closed at our own wish has not failed.
    this.lastFailed = code === 1000 ? undefined : connection.url;
    if (code !== 1000) this.failures.update((failures) => failures + 1);
    this.connection.set(undefined);
    if (this.stopped) return;
    const wait = loss === 0 ? Math.round(random * RECONNECT.first) : delayBefore(loss - 1, random, RECONNECT);
    this.timer = setTimeout(() => this.connect(), wait);
  }

  private woken(why: "online" | "offline" | "visible"): void {
    if (this.stopped) return;
    if (this.current !== undefined) this.current.probe();
    else if (why !== "offline") this.connect();
  }
}
