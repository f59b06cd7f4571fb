/** What a feed was told, on its way into the log: kept back while one's own buzz is on its way, in the highest version. */
import type { Buzz, BuzzEntry } from "../../protocol/v1";
import { tombstone } from "../buzz-store";
import type { BuzzStore } from "../buzz-store";

/**
 * Which may be looked at now, and which wait: while one's own buzz may be there without our knowing, all that is told
 * of own ones that are new here.
 */
export function heldBack(
  entries: readonly BuzzEntry[],
  store: Pick<BuzzStore, "get">,
  isOwn: (buzz: Buzz) => boolean,
): { readonly now: readonly BuzzEntry[]; readonly later: BuzzEntry[] } {
  const held = new Set<string>();
  const later: BuzzEntry[] = [];
  const now = entries.filter((entry) => {
    const { kind, buzz } = entry;
    if (kind === "posted" && isOwn(buzz) && store.get(buzz.id) === undefined) held.add(buzz.id);
    if (held.has(buzz.id)) later.push(entry);
    return !held.has(buzz.id);
  });
  return { now, later };
}

/** The same entries, each with the highest version that is known; the store learns from them. */
export function highest(entries: readonly BuzzEntry[], store: BuzzStore): readonly BuzzEntry[] {
  const versions: Buzz[] = [];
  for (const { kind, buzz } of entries) {
    // Of a deleted one nothing else is told; one that has left may live on elsewhere as it is.
    if (kind === "deleted") versions.push(tombstone(store.get(buzz.id) ?? buzz, buzz.version));
    else if (kind !== "left") versions.push(buzz);
  }
  const known = new Map(store.accept(versions).map((buzz) => [buzz.id, buzz]));
  return entries.map(({ kind, buzz }) => ({ kind, buzz: known.get(buzz.id) ?? buzz }));
}
