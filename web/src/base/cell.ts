/**
 * A value that changes, and can be watched: what the model shows to the pages, without knowing that there is React.
 *
 * Values are immutable: a change sets another one. Watchers are told after the change, in the order in which they
 * came, and look at get() themselves; React's useSyncExternalStore fits on it (ui/hooks/use-readable.ts).
 */
export interface Readable<T> {
  get(): T;
  /** Tells of each change from now on. Call what is returned to end it. */
  watch(changed: () => void): () => void;
}

export class Cell<T> implements Readable<T> {
  private value: T;
  private readonly watchers = new Set<() => void>();

  constructor(value: T) {
    this.value = value;
  }

  get(): T {
    return this.value;
  }

  /** Tells nobody when the value is the same (Object.is). */
  set(value: T): void {
    if (Object.is(value, this.value)) return;
    this.value = value;
    for (const watcher of [...this.watchers]) watcher();
  }

  update(change: (value: T) => T): void {
    this.set(change(this.value));
  }

  watch = (changed: () => void): (() => void) => {
    const watcher = (): void => changed();
    this.watchers.add(watcher);
    return () => {
      this.watchers.delete(watcher);
    };
  };
}
