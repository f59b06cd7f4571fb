/**
 * Where each entry of the history was scrolled to: for Back and Forward in memory, over a reload in sessionStorage.
 * At most MAX_PLACES; the oldest go first.
 */
export const MAX_PLACES = 50;

const KEY = "buzzer.places";

export interface Place {
  /** Of the window, in pixels. */
  readonly scrollY: number;
  /** The item of a list that was the first to be seen, and how far its top was below the window's. */
  readonly anchor?: { readonly key: string; readonly index: number; readonly top: number };
}

/** What a list adds in memory alone. */
export interface Remembered extends Place {
  /** The measured sizes of the list that began with `firstKey` and had `length` items. */
  readonly sizes?: { readonly cache: unknown; readonly firstKey: string; readonly length: number };
}

let places: Map<string, Remembered> | undefined;

export function placeOf(entry: string): Remembered | undefined {
  return all().get(entry);
}

export function rememberPlace(entry: string, place: Remembered): void {
  const known = all();
  known.delete(entry);
  known.set(entry, place);
  for (const oldest of known.keys()) {
    if (known.size <= MAX_PLACES) break;
    known.delete(oldest);
  }
}

/** Reads what kept() wrote; anything else counts as nothing. */
export function placesFrom(kept: string | null): Map<string, Place> {
  const found = new Map<string, Place>();
  try {
    const list: unknown = JSON.parse(kept ?? "[]");
    if (!Array.isArray(list)) return found;
    for (const item of list as unknown[]) {
      if (Array.isArray(item) && typeof item[0] === "string" && isPlace(item[1])) found.set(item[0], item[1]);
    }
  } catch {
    // Not ours.
  }
  return found;
}

export function kept(known: ReadonlyMap<string, Remembered>): string {
  const list = [...known].map(([entry, place]): [string, Place] => [
    entry,
    place.anchor === undefined
      ? { scrollY: place.scrollY }
      : { scrollY: place.scrollY, anchor: place.anchor },
  ]);
  return JSON.stringify(list);
}

function isPlace(value: unknown): value is Place {
  const { scrollY, anchor } = members(value);
  if (anchor === undefined) return typeof scrollY === "number";
  const { key, index, top } = members(anchor);
  return [scrollY, index, top].every((number) => typeof number === "number") && typeof key === "string";
}

function members(value: unknown): Readonly<Record<string, unknown>> {
  return typeof value === "object" && value !== null ? { ...value } : {};
}

function all(): Map<string, Remembered> {
  if (places !== undefined) return places;
  places = read();
  addEventListener("pagehide", () => {
    try {
      sessionStorage.setItem(KEY, kept(all()));
    } catch {
      // Forbidden or full: a reload begins at the top.
    }
  });
  return places;
}

function read(): Map<string, Remembered> {
  try {
    return placesFrom(sessionStorage.getItem(KEY));
  } catch {
    return new Map();
  }
}
