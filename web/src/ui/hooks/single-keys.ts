/**
 * Whether shortcuts of single letters are on: the default. Who speaks to the device, or hits keys by chance, can switch
 * them off. Kept in this browser, for whoever uses it, and shared by its tabs.
 *
 * Where storage is forbidden a choice lasts until the page is left.
 */
import { Cell, type Readable } from "../../base/cell";

const KEY = "buzzer.singleKeys";
const OFF = "off";

function kept(): boolean {
  try {
    return localStorage.getItem(KEY) !== OFF;
  } catch {
    return true;
  }
}

const chosen = new Cell(kept());

export const singleKeys: Readable<boolean> = chosen;

export function switchSingleKeys(on: boolean): void {
  try {
    if (on) localStorage.removeItem(KEY);
    else localStorage.setItem(KEY, OFF);
  } catch {
    // Forbidden, or full: it holds all the same.
  }
  chosen.set(on);
}

if (typeof window !== "undefined") {
  window.addEventListener("storage", ({ key }) => {
    // Another tab has chosen; a null key: everything was cleared.
    if (key === KEY || key === null) chosen.set(kept());
  });
}
