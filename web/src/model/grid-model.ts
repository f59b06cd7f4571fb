/**
 * The state of the grid for who looks at it. Members are told of changes; guests' pages ask the page's own node every
 * few seconds, while they are looked at: where that one is away, what is known grows old (`stale`).
 */
import { Cell } from "../base/cell";
import type { Environment } from "../base/environment";
import type { Ready } from "../grid/asker";
import type { Connection } from "../grid/connection";
import type { Grid } from "../protocol/v1";
import type { GridModel } from "./buzzer";
import { fetchGrid } from "./public-grid";
import type { Parts } from "./parts";

const LOOK_MS = 3_000;
const AGAIN_MS = 2_000;

export class LiveGrid implements GridModel {
  readonly state = new Cell<Grid | undefined>(undefined);
  readonly stale = new Cell(false);
  private openers = 0;
  private subscribedOn: Connection | undefined;
  private number: number | undefined;
  private timer: ReturnType<typeof setTimeout> | undefined;
  private unwatch: (() => void) | undefined;

  constructor(
    private readonly environment: Environment,
    private readonly parts: Parts,
    private readonly learn: (grid: Grid) => void,
  ) {}

  open(): () => void {
    let isOpen = true;
    if (++this.openers === 1) {
      this.unwatch = this.parts.ready.watch(() => this.look());
      this.look();
    }
    return () => {
      if (!isOpen) return;
      isOpen = false;
      if (--this.openers > 0) return;
      this.unwatch?.();
      this.leave();
    };
  }

  /** Another one is logged in, or nobody: members are told more than others. */
  forget(): void {
    this.state.set(undefined);
  }

  private look(): void {
    const ready = this.parts.ready.get();
    if (ready?.who === "member" && this.subscribedOn === ready.connection) return;
    this.leave();
    if (ready?.who === "member") this.subscribe(ready.connection);
    else if (ready !== undefined) void this.poll(ready);
  }

  private leave(): void {
    clearTimeout(this.timer);
    if (this.number !== undefined) this.subscribedOn?.unsubscribe(this.number);
    this.number = this.subscribedOn = undefined;
  }

  private subscribe(connection: Connection): void {
    this.subscribedOn = connection;
    const isCurrent = (): boolean => this.subscribedOn === connection && this.openers > 0;
    const again = (): void => {
      this.number = undefined;
      if (isCurrent() && !connection.over) {
        this.stale.set(true);
        this.timer = setTimeout(() => this.subscribe(connection), AGAIN_MS);
      }
    };
    connection.subscribe("grid", undefined, {
      subscribed: (number) => {
        if (isCurrent() && this.number === undefined) this.number = number;
        else connection.unsubscribe(number);
      },
      told: (message) => {
        if (!isCurrent()) return;
        if (message.type === "grid_changed") this.show(message.grid);
        if (message.type === "subscription_ended") again();
      },
      failed: again,
    });
  }

  private async poll(ready: Ready): Promise<void> {
    if (this.environment.isVisible()) {
      const grid = await fetchGrid(this.environment);
      if (this.openers > 0 && grid !== undefined) this.show(grid);
      else if (this.parts.ready.get() === ready) this.stale.set(true);
    }
    if (this.openers === 0 || this.parts.ready.get() !== ready) return;
    clearTimeout(this.timer);
    this.timer = setTimeout(() => void this.poll(ready), LOOK_MS);
  }

  private show(grid: Grid): void {
    this.learn(grid);
    this.state.set(grid);
    this.stale.set(false);
  }
}
