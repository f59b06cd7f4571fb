/**
 * The time for what shows how long ago something was: one clock for the whole page, that ticks while somebody watches
 * it and the page can be seen.
 */
import { Cell, type Readable } from "../../base/cell";

const TICK_MS = 10_000;

const now = new Cell(Date.now());
let watching = 0;
let timer: ReturnType<typeof setInterval> | undefined;

export const clock: Readable<number> = {
  get: () => now.get(),
  watch(changed) {
    const end = now.watch(changed);
    if (++watching === 1) {
      document.addEventListener("visibilitychange", follow);
      follow();
    }
    return () => {
      end();
      if (--watching > 0) return;
      document.removeEventListener("visibilitychange", follow);
      stop();
    };
  },
};

function follow(): void {
  stop();
  if (document.hidden) return;
  tick();
  timer = setInterval(tick, TICK_MS);
}

function stop(): void {
  clearInterval(timer);
  timer = undefined;
}

function tick(): void {
  now.set(Date.now());
}
