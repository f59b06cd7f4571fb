/** A browser for tests: storage that lives as long as the object, so that two models on it are two visits, or tabs. */
import type { Environment } from "../../base/environment";
import { ORIGIN } from "./simulated-grid";
import type { SimulatedGrid } from "./simulated-grid";

export class SimulatedBrowser {
  readonly small = new Map<string, string>();
  readonly large = new Map<string, unknown>();
  isVisible = true;
  private readonly tabs = new Set<Tab>();
  private line: Promise<unknown> = Promise.resolve();

  constructor(
    private readonly grid: SimulatedGrid,
    private readonly random: () => number = () => 0.5,
  ) {}

  tab(): Tab {
    const tab = new Tab();
    this.tabs.add(tab);
    return tab;
  }

  environment(tab: Tab = this.tab()): Environment {
    const { small, large } = this;
    return {
      origin: ORIGIN,
      openSocket: this.grid.openSocket,
      fetch: this.grid.fetch,
      small: {
        get: (key) => small.get(key),
        set: (key, value) => {
          small.set(key, value);
          this.tellOthers(tab, key);
        },
        remove: (key) => {
          small.delete(key);
          this.tellOthers(tab, key);
        },
      },
      large: {
        get: (key) => Promise.resolve(structuredClone(large.get(key))),
        set: (key, value) => Promise.resolve(void large.set(key, structuredClone(value))),
        update: (key, change) => {
          large.set(key, structuredClone(change(structuredClone(large.get(key)))));
          return Promise.resolve(true);
        },
        remove: (key) => Promise.resolve(void large.delete(key)),
      },
      isVisible: () => this.isVisible,
      onWake: (woken) => tab.wakers.add(woken),
      onOtherTab: (changed) => tab.changers.add(changed),
      alone: (_name, work) => {
        const done = this.line.then(work);
        this.line = done.catch(() => undefined);
        return done;
      },
      random: this.random,
    };
  }

  private tellOthers(tab: Tab, key: string): void {
    for (const other of this.tabs) if (other !== tab) setTimeout(() => other.changers.tell(key));
  }
}

class Listeners<T> {
  private readonly all = new Set<(value: T) => void>();

  add = (listener: (value: T) => void): (() => void) => {
    this.all.add(listener);
    return () => {
      this.all.delete(listener);
    };
  };

  tell(value: T): void {
    for (const listener of [...this.all]) listener(value);
  }
}

export class Tab {
  readonly wakers = new Listeners<"online" | "offline" | "visible">();
  readonly changers = new Listeners<string | undefined>();
}
