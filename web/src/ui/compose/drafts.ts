/**
 * What was begun and not sent, kept in this browser per account and per place: a new buzz, or a reply to a certain
 * one. At most MAX_DRAFTS per account, the oldest go first. They outlast a session that ends by itself. Where storage is
 * forbidden or full, drafts last as long as their composer.
 */
export const MAX_DRAFTS = 20;

const PREFIX = "buzzer.drafts.";

/** "new", or the id of the buzz that is replied to. */
export type DraftPlace = string;

type Drafts = readonly (readonly [place: DraftPlace, text: string])[];

export function draft(account: string, place: DraftPlace, storage: Storage | undefined = browsers()): string {
  return read(account, storage).find(([kept]) => kept === place)?.[1] ?? "";
}

/** An empty text forgets the draft. */
export function keepDraft(
  account: string,
  place: DraftPlace,
  text: string,
  storage: Storage | undefined = browsers(),
): void {
  const others = read(account, storage).filter(([kept]) => kept !== place);
  const drafts: Drafts = text === "" ? others : [...others, [place, text]];
  try {
    if (drafts.length === 0) storage?.removeItem(keyOf(account));
    else storage?.setItem(keyOf(account), JSON.stringify(drafts.slice(-MAX_DRAFTS)));
  } catch {
    // Full or forbidden: the composer still has it.
  }
}

/** All of an account: when one logs out oneself. */
export function forgetDrafts(account: string, storage: Storage | undefined = browsers()): void {
  try {
    storage?.removeItem(keyOf(account));
  } catch {
    // Forbidden: then there is nothing to forget.
  }
}

function keyOf(account: string): string {
  return PREFIX + account.toLowerCase();
}

function browsers(): Storage | undefined {
  try {
    return localStorage;
  } catch {
    return undefined;
  }
}

/** Anything else than what keepDraft() wrote counts as nothing. */
function read(account: string, storage: Storage | undefined): Drafts {
  try {
    const kept: unknown = JSON.parse(storage?.getItem(keyOf(account)) ?? "[]");
    return Array.isArray(kept) ? kept.filter(isDraft) : [];
  } catch {
    return [];
  }
}

function isDraft(value: unknown): value is readonly [string, string] {
  return Array.isArray(value) && typeof value[0] === "string" && typeof value[1] === "string";
}
