/**
 * Gives an element of a page the focus when whoever navigated to the page asked for it, once:
 * navigate("/search", { state: FOCUS }). So a key leads right into a field, and a tap does not open the keyboard.
 */
import { useLayoutEffect, type RefObject } from "react";

export const FOCUS = { focus: true } as const;

export function useAskedFocus(element: RefObject<HTMLElement | null>): void {
  useLayoutEffect(() => {
    const state: unknown = history.state;
    if (typeof state !== "object" || state === null || Reflect.get(state, "focus") !== true) return;
    // Not again on Back.
    history.replaceState({ ...state, focus: false }, "");
    element.current?.focus();
  }, [element]);
}
