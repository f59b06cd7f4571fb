/** The browser as the model's environment. Its storage may be forbidden or full: then nothing is kept, and all else works. */
import { createStore, del, get, set, update } from "idb-keyval";
import type { UseStore } from "idb-keyval";
import type { Environment, LargeStore, SmallStore, Socket, SocketEvents } from "./environment";

function openSocket(url: string, protocol: string, events: SocketEvents): Socket {
  let socket: WebSocket;
  try {
    socket = new WebSocket(url, protocol);
  } catch {
    // No such address, or none that this page may go to.
    const timer = setTimeout(() => events.closed(1006));
    return { send: () => undefined, close: () => clearTimeout(timer) };
  }
  socket.onopen = () => events.opened();
  socket.onmessage = (event: MessageEvent<unknown>) => {
    if (typeof event.data === "string") events.received(event.data);
  };
  socket.onclose = (event) => events.closed(event.code);
  return {
    send: (text) => socket.send(text),
    close: () => {
      socket.onopen = socket.onmessage = socket.onclose = null;
      socket.close(1000);
    },
  };
}

const small: SmallStore = {
  get: (key) => {
    try {
      return localStorage.getItem(key) ?? undefined;
    } catch {
      return undefined;
    }
  },
  set: (key, value) => {
    try {
      localStorage.setItem(key, value);
    } catch {
      // Full or forbidden.
    }
  },
  remove: (key) => {
    try {
      localStorage.removeItem(key);
    } catch {
      // Forbidden.
    }
  },
};

/** On IndexedDB. */
export function largeStore(database = "buzzer"): LargeStore {
  let opened: UseStore | undefined;
  const store = (): UseStore => (opened ??= createStore(database, "kept"));
  const orNothing = async <T>(work: () => Promise<T>): Promise<T | undefined> => {
    try {
      return await work();
    } catch {
      return undefined;
    }
  };
  return {
    get: (key) => orNothing(() => get<unknown>(key, store())),
    set: async (key, value) => {
      await orNothing(() => set(key, value, store()));
    },
    update: async (key, change) => {
      const kept = async (): Promise<true> => {
        await update<unknown>(key, change, store());
        return true;
      };
      return (await orNothing(kept)) ?? false;
    },
    remove: async (key) => {
      await orNothing(() => del(key, store()));
    },
  };
}

function onWake(woken: (why: "online" | "offline" | "visible") => void): () => void {
  const online = (): void => woken("online");
  const offline = (): void => woken("offline");
  const visible = (): void => {
    if (document.visibilityState === "visible") woken("visible");
  };
  addEventListener("online", online);
  addEventListener("offline", offline);
  addEventListener("pageshow", visible);
  document.addEventListener("visibilitychange", visible);
  return () => {
    removeEventListener("online", online);
    removeEventListener("offline", offline);
    removeEventListener("pageshow", visible);
    document.removeEventListener("visibilitychange", visible);
  };
}

function onOtherTab(changed: (key: string | undefined) => void): () => void {
  const told = (event: StorageEvent): void => {
    changed(event.key ?? undefined);
  };
  addEventListener("storage", told);
  return () => removeEventListener("storage", told);
}

/** Locks are only there in secure contexts; without them the keys of requests see to it that nothing happens twice. */
async function alone<T>(name: string, work: () => Promise<T>): Promise<T> {
  const locks = (navigator as { readonly locks?: LockManager }).locks;
  if (locks === undefined) return work();
  return locks.request(name, work);
}

export function browserEnvironment(): Environment {
  return {
    origin: location.origin,
    openSocket,
    fetch: (url, options) => fetch(url, options),
    small,
    large: largeStore(),
    isVisible: () => document.visibilityState === "visible",
    onWake,
    onOtherTab,
    alone,
    random: () => Math.random(),
  };
}
