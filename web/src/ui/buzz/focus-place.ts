/** Where the focus of a list goes on when the list has changed. Pure; KeptFocus.tsx moves it. */

/** What has the focus, or had it before it went away. */
export interface Held {
  readonly key: string;
  readonly index: number;
}

/** The same item where it is now; else what stands in its place: the next one, or the last. Undefined: nothing is left. */
export function heldIn(keys: readonly string[], held: Held): Held | undefined {
  const now = keys.indexOf(held.key);
  const index = now >= 0 ? now : Math.min(held.index, keys.length - 1);
  const key = keys[index];
  return key === undefined ? undefined : { key, index };
}
