/**
 * Keyboard and screen reader go on in the page that one has gone to: its `main` gets the focus, unless the page has put
 * it somewhere itself or a dialog has it. On Back and Forward the buzz that was left gets it, once it is drawn. The
 * first page leaves it to the browser, so this is fetched at rest. Shows nothing; stands behind the page, whose own
 * effects come first.
 */
import { useEffect, useLayoutEffect, useRef } from "react";
import { buzzToGoOnAt, rememberFocus } from "../ui/place/focus-memory";

/** How long a list may take to be there: a second or so. */
const FRAMES = 60;

export default function PageFocus({ path }: { path: string }) {
  const shown = useRef(path);
  useEffect(rememberFocus, []);
  useLayoutEffect(() => {
    if (shown.current === path) return;
    shown.current = path;
    const main = document.querySelector("main");
    const active = document.activeElement;
    if (main === null || (active !== main && main.contains(active))) return;
    // Anew where it has it already, so that the new page is said.
    main.blur();
    main.focus({ preventScroll: true });
    // Of an entry of the history that is new nothing is known.
    const buzz = buzzToGoOnAt();
    if (buzz === undefined) return;
    let frame = 0;
    let left = FRAMES;
    const look = (): void => {
      // Whoever has gone on meanwhile is left alone.
      if (document.activeElement !== main) return;
      const article = main.querySelector<HTMLElement>(`[data-buzz-id="${CSS.escape(buzz)}"]`);
      article?.focus({ preventScroll: true });
      left -= 1;
      if (article === null && left > 0) frame = requestAnimationFrame(look);
    };
    look();
    return () => {
      cancelAnimationFrame(frame);
    };
  }, [path]);
  return null;
}
