/** What became of a list between two drawings, as far as the scroll position is concerned. Pure. */

/** How far the first items are looked for; more than that many at once went away: then it counts as another list. */
const LOOK = 20;

/**
 * How many items were put before the first one, or taken from there if negative, while nothing else changed in number.
 * 0: nothing, or something else.
 */
export function changeAtStart(before: readonly string[], now: readonly string[]): number {
  const change = now.length - before.length;
  if (change === 0 || before.length === 0 || now.length === 0) return 0;
  // Any of the first few that is still there says how far everything moved; the first ones may have been deleted.
  for (let i = 0; i < Math.min(LOOK, before.length); ++i) {
    const place = i + change;
    if (place >= 0 && now[place] === before[i]) return now[i] === before[i] ? 0 : change;
  }
  return 0;
}
