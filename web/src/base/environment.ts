/**
 * What the model needs of the world: one object, so that tests can give another world. browser.ts makes the real one.
 * Time is not in it: setTimeout() and Date.now() are used as they are.
 */

/** An open socket, or one that is being opened. */
export interface Socket {
  send(text: string): void;
  /** Nothing comes from it any more, not even `closed`. */
  close(): void;
}

export interface SocketEvents {
  opened(): void;
  received(text: string): void;
  /** By the other end, or since it could not be opened. Nothing comes after this. */
  closed(code: number): void;
}

/** A few short texts, kept across reloads and shared by the tabs. What cannot be kept is gone: nobody is told. */
export interface SmallStore {
  get(key: string): string | undefined;
  set(key: string, value: string): void;
  remove(key: string): void;
}

/** Larger values that are kept across reloads. What cannot be kept or read is as if it were not there. */
export interface LargeStore {
  get(key: string): Promise<unknown>;
  set(key: string, value: unknown): Promise<void>;
  /** Reads, changes and writes as one step, in all tabs. Whether it is kept now. */
  update(key: string, change: (value: unknown) => unknown): Promise<boolean>;
  remove(key: string): Promise<void>;
}

export interface Environment {
  /** Of the page: location.origin, such as "https://buzz.example:8443". */
  readonly origin: string;
  openSocket(url: string, protocol: string, events: SocketEvents): Socket;
  fetch(url: string, options?: RequestInit): Promise<Response>;
  readonly small: SmallStore;
  readonly large: LargeStore;
  isVisible(): boolean;
  /** Tells when the network is said to be back ("online") or gone, and when the page is looked at again. */
  onWake(woken: (why: "online" | "offline" | "visible") => void): () => void;
  /** Tells when another tab has changed something in `small`: undefined when it has removed everything. */
  onOtherTab(changed: (key: string | undefined) => void): () => void;
  /** Does `work` while no other tab does any of this name. */
  alone<T>(name: string, work: () => Promise<T>): Promise<T>;
  /** 0 to 1, without 1. */
  random(): number;
}
