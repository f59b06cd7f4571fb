/**
 * What is being written in the dialog of the composer: a window has one, the shell (app/Shell.tsx) shows it. Any
 * component may open it, and gets nothing back: what becomes of the buzz shows in the feeds. It is of whoever is logged
 * in when it is begun, and ends with that.
 */
import { Cell, type Readable } from "../../base/cell";
import type { Account, Buzz } from "../../model/buzzer";
import { viewerOf } from "../people/account";

export type Composing =
  /** `text`: what the composer begins with, instead of the draft. */
  | { readonly kind: "new"; readonly text?: string }
  | { readonly kind: "reply"; readonly to: Buzz; readonly text?: string }
  | { readonly kind: "edit"; readonly buzz: Buzz };

/** `turn`: another one each time that something is begun. A composer keeps its text, so each turn needs one of its own. */
export type Begun = Composing & { readonly turn: number };

const current = new Cell<Begun | undefined>(undefined);
let turns = 0;

export const composing: Readable<Begun | undefined> = current;

export function compose(what: Composing): void {
  current.set({ ...what, turn: ++turns });
}

export function endComposing(): void {
  current.set(undefined);
}

/**
 * Ends it when somebody else is logged in than before, or nobody: it would be sent, and kept as a draft, as theirs. In
 * the same moment, before anything is drawn with the next account. Until what is returned is called.
 */
export function endWithAccount(account: Readable<Account>): () => void {
  const viewer = (): string | undefined => viewerOf(account.get())?.toLowerCase();
  let before = viewer();
  return account.watch(() => {
    const now = viewer();
    if (before !== undefined && now !== before) endComposing();
    before = now;
  });
}
