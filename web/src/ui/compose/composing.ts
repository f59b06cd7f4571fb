/**
 * What is being written in the dialog of the composer: a window has one, the shell (app/Shell.tsx) shows it. Any
 * component may open it, and gets nothing back: what becomes of the buzz shows in the feeds.
 */
import { Cell, type Readable } from "../../base/cell";
import type { Buzz } from "../../model/buzzer";

export type Composing =
  /** `text`: what the composer begins with, instead of the draft. */
  | { readonly kind: "new"; readonly text?: string }
  | { readonly kind: "reply"; readonly to: Buzz; readonly text?: string }
  | { readonly kind: "edit"; readonly buzz: Buzz };

const current = new Cell<Composing | undefined>(undefined);

export const composing: Readable<Composing | undefined> = current;

export function compose(what: Composing): void {
  current.set(what);
}

export function endComposing(): void {
  current.set(undefined);
}
