/**
 * Names the entries of the browser's history, so that what belongs to one (where it was scrolled to) is found again on
 * Back, Forward and reload. The name stands in history.state; an entry without one is new.
 */
const MEMBER = "entry";
const fresh = new Set<string>();

/** The present entry's name. */
export function historyEntry(): string {
  const state: unknown = history.state;
  const members = typeof state === "object" && state !== null ? state : {};
  const known: unknown = Reflect.get(members, MEMBER);
  if (typeof known === "string") return known;
  const entry = `${Date.now().toString(36)}-${Math.random().toString(36).slice(2, 10)}`;
  history.replaceState({ ...members, [MEMBER]: entry }, "");
  fresh.add(entry);
  return entry;
}

/** True once for an entry that was made by going to a page, not come back to. */
export function isArrival(): boolean {
  return fresh.delete(historyEntry());
}
