/** The composer's completion: what stands before the caret, what may be meant, and the keys that choose. */
import { useCallback, useLayoutEffect, useRef, useState, type KeyboardEvent, type RefObject } from "react";
import { complete, completionAt, type Completion } from "./completion";
import { useSuggestions } from "./use-suggestions";

interface Choosing {
  kind: Completion["kind"];
  names: readonly string[];
  /** The index of the one that Enter takes. */
  active: number;
  take: (name: string) => void;
  /** The text or the caret has changed. */
  moved: () => void;
  close: () => void;
  /** True: the key was for the suggestions. */
  pressed: (event: KeyboardEvent) => boolean;
}

export function useCompletion(
  area: RefObject<HTMLTextAreaElement | null>,
  text: string,
  change: (text: string) => void,
): Choosing {
  const [completion, setCompletion] = useState<Completion>();
  const [active, setActive] = useState(0);
  const caretToBe = useRef<number>(undefined);
  const names = useSuggestions(completion);

  const close = useCallback(() => {
    setCompletion(undefined);
  }, []);
  const moved = (): void => {
    const element = area.current;
    if (element === null) return;
    const { value, selectionStart, selectionEnd } = element;
    const found = selectionStart === selectionEnd ? completionAt(value, selectionStart) : undefined;
    if (
      found?.kind === completion?.kind &&
      found?.prefix === completion?.prefix &&
      found?.begin === completion?.begin
    )
      return;
    setCompletion(found);
    setActive(0);
  };
  const take = (name: string): void => {
    if (completion === undefined) return;
    const result = complete(text, completion, name);
    caretToBe.current = result.caret;
    change(result.text);
    setCompletion(undefined);
  };
  // React sets the new text with the caret at its end: it belongs behind what was completed.
  useLayoutEffect(() => {
    if (caretToBe.current === undefined) return;
    area.current?.setSelectionRange(caretToBe.current, caretToBe.current);
    caretToBe.current = undefined;
  }, [area, text]);

  const pressed = (event: KeyboardEvent): boolean => {
    if (names.length === 0 || event.ctrlKey || event.metaKey || event.nativeEvent.isComposing) return false;
    const name = names[active] ?? names[0];
    if (event.key === "ArrowDown") setActive((active + 1) % names.length);
    else if (event.key === "ArrowUp") setActive((active + names.length - 1) % names.length);
    else if ((event.key === "Enter" || event.key === "Tab") && !event.shiftKey && name !== undefined)
      take(name);
    else if (event.key === "Escape") close();
    else return false;
    event.preventDefault();
    event.stopPropagation();
    return true;
  };
  return {
    kind: completion?.kind ?? "user",
    names,
    active: Math.min(active, names.length - 1),
    take,
    moved,
    close,
    pressed,
  };
}
