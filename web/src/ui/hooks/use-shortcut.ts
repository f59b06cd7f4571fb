/**
 * The keyboard's shortcuts in components: useShortcut(key, action) while mounted. The one mounted last wins. Nothing
 * happens while somebody types, while a dialog is open, together with Ctrl, Alt or Meta, or when single keys are switched
 * off (single-keys.ts).
 */
import { useEffect, useRef } from "react";
import { shortcutFor, type Shortcut, type Typed } from "./shortcuts";
import { singleKeys } from "./single-keys";

type Action = () => void;

const actions = new Map<Shortcut, Action[]>();
let before: Typed | undefined;

export function useShortcut(shortcut: Shortcut, action: Action): void {
  const latest = useRef(action);
  useEffect(() => {
    latest.current = action;
  });
  useEffect(() => {
    const run = (): void => {
      latest.current();
    };
    if (actions.size === 0) document.addEventListener("keydown", pressed);
    actions.set(shortcut, [...(actions.get(shortcut) ?? []), run]);
    return () => {
      const rest = (actions.get(shortcut) ?? []).filter((other) => other !== run);
      if (rest.length > 0) actions.set(shortcut, rest);
      else actions.delete(shortcut);
      if (actions.size === 0) document.removeEventListener("keydown", pressed);
    };
  }, [shortcut]);
}

/** Whether a key goes into a text, or somewhere else where it has a meaning of its own. */
export function isForTyping(event: KeyboardEvent): boolean {
  if (event.ctrlKey || event.altKey || event.metaKey || event.isComposing || event.defaultPrevented)
    return true;
  if (document.querySelector("dialog[open]") !== null) return true;
  return (
    event.target instanceof Element &&
    event.target.closest("input, textarea, select, [contenteditable], [role=menu], [role=listbox]") !== null
  );
}

function pressed(event: KeyboardEvent): void {
  if (!singleKeys.get() || isForTyping(event)) {
    before = undefined;
    return;
  }
  const meaning = shortcutFor(event.key, event.timeStamp, before);
  before = meaning !== undefined && "begun" in meaning ? meaning.begun : undefined;
  if (meaning === undefined || !("shortcut" in meaning)) return;
  const action = actions.get(meaning.shortcut)?.at(-1);
  if (action === undefined) return;
  event.preventDefault();
  action();
}
