/**
 * Which buzz had the focus last on each entry of the history, so that Back leads the keyboard to it again. In memory
 * alone; at most MAX_ENTRIES, the oldest go first.
 */
import { historyEntry } from "./history-entry";
import { placeOf } from "./scroll-memory";

const MAX_ENTRIES = 50;

const buzzes = new Map<string, string>();

/** Listens for as long as the page lives. */
export function rememberFocus(): () => void {
  const focused = ({ target }: FocusEvent): void => {
    const id = target instanceof Element && target.closest<HTMLElement>("[data-buzz-id]")?.dataset.buzzId;
    if (typeof id !== "string") return;
    const entry = historyEntry();
    buzzes.delete(entry);
    buzzes.set(entry, id);
    const [oldest] = buzzes.keys();
    if (buzzes.size > MAX_ENTRIES && oldest !== undefined) buzzes.delete(oldest);
  };
  document.addEventListener("focusin", focused);
  return () => {
    document.removeEventListener("focusin", focused);
  };
}

/** The buzz to go on at, on the present entry: the one with the focus, else the first that was seen. */
export function buzzToGoOnAt(): string | undefined {
  const entry = historyEntry();
  return buzzes.get(entry) ?? placeOf(entry)?.anchor?.key;
}
