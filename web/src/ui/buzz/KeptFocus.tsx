/**
 * Keeps the keyboard's place in a list of buzzes when what has the focus goes away: a buzz that was deleted, one's own
 * that has got its number, a button of a buzz that can have none any more. The buzz itself gets the focus, else the one
 * that stands in its place now; when the list goes away as a whole, the page's `main`. Shows nothing; is not needed for
 * the first paint.
 */
import { useEffect, useLayoutEffect, useRef, type RefObject } from "react";
import { heldIn, type Held } from "./focus-place";
import { focusItem } from "./use-buzz-keys";

/** For a list that has changed, to be drawn. */
const FRAMES = 2;

interface Props {
  root: RefObject<HTMLElement | null>;
  /** Of the list's items, in its order. */
  keys: readonly string[];
}

export default function KeptFocus({ root, keys }: Props) {
  const held = useRef<Held>(undefined);
  const latest = useRef(keys);

  useLayoutEffect(() => {
    latest.current = keys;
    if (held.current === undefined) return;
    held.current = heldIn(keys, held.current);
    if (held.current === undefined || !isLost()) return;
    focusItem(root.current, held.current.index, { preventScroll: true }, FRAMES);
  }, [root, keys]);

  useEffect(() => {
    // What goes away with the focus does not always tell, so only what comes is looked at.
    const focused = ({ target }: FocusEvent): void => {
      // The list is going away: a dialog in it, closing, gives the focus back to what goes away as well.
      if (root.current === null) return;
      const article = articleOf(target);
      const index = Number(article?.getAttribute("aria-posinset") ?? 0) - 1;
      const key = root.current.contains(article) ? latest.current[index] : undefined;
      held.current = article === null || key === undefined ? undefined : { key, index };
    };
    const pressed = ({ target }: PointerEvent): void => {
      if (articleOf(target)?.contains(document.activeElement) !== true) held.current = undefined;
    };
    document.addEventListener("focusin", focused);
    document.addEventListener("pointerdown", pressed);
    return () => {
      document.removeEventListener("focusin", focused);
      document.removeEventListener("pointerdown", pressed);
      if (held.current === undefined) return;
      queueMicrotask(() => {
        if (isLost()) document.querySelector("main")?.focus({ preventScroll: true });
      });
    };
  }, [root]);
  return null;
}

function articleOf(target: EventTarget | null): Element | null {
  return target instanceof Element ? target.closest("article") : null;
}

function isLost(): boolean {
  return document.activeElement === null || document.activeElement === document.body;
}
