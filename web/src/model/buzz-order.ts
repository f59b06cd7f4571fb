/**
 * Lists of buzzes in the order of their ids, newest first: the order of every feed. Pure; nothing given is changed.
 * Ids are decimal numbers as text: the longer is the larger, else they compare as text.
 */
import type { Buzz, BuzzId } from "../protocol/v1";

/** Below 0: `a` is older than `b`. */
export function compareIds(a: BuzzId, b: BuzzId): number {
  if (a.length !== b.length) return a.length - b.length;
  return a < b ? -1 : a > b ? 1 : 0;
}

/** Where `id` stands in a list that is newest first, or would be put in. */
export function placeOf(list: readonly Buzz[], id: BuzzId): number {
  let low = 0;
  let high = list.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const other = list[middle];
    if (other !== undefined && compareIds(other.id, id) > 0) low = middle + 1;
    else high = middle;
  }
  return low;
}

export function has(list: readonly Buzz[], id: BuzzId): boolean {
  return list[placeOf(list, id)]?.id === id;
}

/** Newest first, each id once, at its highest version. */
export function sorted(buzzes: readonly Buzz[]): readonly Buzz[] {
  const list = [...buzzes].sort((a, b) => compareIds(b.id, a.id) || b.version - a.version);
  return list.filter((buzz, at) => buzz.id !== list[at - 1]?.id);
}

/** Both lists newest first: so is the result, each id once, at its highest version. The same list if nothing changes. */
export function merge(list: readonly Buzz[], more: readonly Buzz[]): readonly Buzz[] {
  if (more.length === 0) return list;
  const [newest, oldest] = [more[0], more.at(-1)];
  const [head, tail] = [list[0], list.at(-1)];
  if (head === undefined || tail === undefined || newest === undefined || oldest === undefined) return more;
  if (compareIds(oldest.id, head.id) > 0) return [...more, ...list];
  if (compareIds(newest.id, tail.id) < 0) return [...list, ...more];
  const merged: Buzz[] = [];
  let changed = false;
  let at = 0;
  for (const buzz of more) {
    let other = list[at];
    while (other !== undefined && compareIds(other.id, buzz.id) > 0) {
      merged.push(other);
      other = list[++at];
    }
    if (other?.id === buzz.id) {
      at++;
      changed ||= buzz.version > other.version;
      merged.push(buzz.version > other.version ? buzz : other);
    } else {
      changed = true;
      merged.push(buzz);
    }
  }
  if (!changed) return list;
  for (; at < list.length; at++) {
    const other = list[at];
    if (other !== undefined) merged.push(other);
  }
  return merged;
}

/** With newer versions of those that are in it; deleted ones taken out. The same list if nothing changes. */
export function renew(list: readonly Buzz[], newer: readonly Buzz[]): readonly Buzz[] {
  let renewed: Buzz[] | undefined;
  let anyDeleted = false;
  for (const buzz of newer) {
    const at = placeOf(list, buzz.id);
    const old = list[at];
    if (old?.id !== buzz.id || buzz.version <= old.version) continue;
    renewed ??= [...list];
    renewed[at] = buzz;
    anyDeleted ||= buzz.deleted === true;
  }
  if (renewed === undefined) return list;
  return anyDeleted ? renewed.filter((buzz) => buzz.deleted !== true) : renewed;
}

export function without(list: readonly Buzz[], id: BuzzId): readonly Buzz[] {
  const at = placeOf(list, id);
  return list[at]?.id === id ? [...list.slice(0, at), ...list.slice(at + 1)] : list;
}
