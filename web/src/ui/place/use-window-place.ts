/**
 * Finds a list that is drawn whole where it was left, per entry of the history: on Back and Forward at once, after a
 * reload by reading on until it is long enough, at most SEEK_PAGES pages. Remembers the place at each scroll.
 *
 * A page has one list at a time: the place belongs to the window. Lists of buzzes have use-list-place.ts.
 */
import { useEffect, useLayoutEffect, useRef } from "react";
import type { Paging } from "../../model/buzzer";
import { historyEntry } from "./history-entry";
import { placeOf, rememberPlace } from "./scroll-memory";

const SEEK_PAGES = 20;

/** `length`: of what is drawn. */
export function useWindowPlace(length: number, paging: Paging, readOn: () => void): void {
  const wanted = useRef<number | undefined>(undefined);
  const pages = useRef(0);
  const latest = useRef(readOn);
  useLayoutEffect(() => {
    latest.current = readOn;
  });
  useLayoutEffect(() => {
    const scrollY = placeOf(historyEntry())?.scrollY ?? 0;
    wanted.current = scrollY > 0 ? scrollY : undefined;
  }, []);
  useLayoutEffect(() => {
    const scrollY = wanted.current;
    if (scrollY === undefined || length === 0) return;
    const isLongEnough = document.documentElement.scrollHeight >= scrollY + window.innerHeight;
    if (!isLongEnough && paging === "loading") return;
    if (!isLongEnough && paging === "more" && pages.current < SEEK_PAGES) {
      pages.current += 1;
      latest.current();
      return;
    }
    wanted.current = undefined;
    window.scrollTo(0, scrollY);
  }, [length, paging]);
  useEffect(() => {
    let waiting = 0;
    const remember = (): void => {
      waiting = 0;
      // The entry has another name once its URL was replaced, as the search does while one types.
      if (wanted.current === undefined) rememberPlace(historyEntry(), { scrollY: window.scrollY });
    };
    const scrolled = (): void => {
      if (waiting === 0) waiting = requestAnimationFrame(remember);
    };
    const touched = (): void => {
      // Whoever scrolls by hand is not pulled away any more.
      wanted.current = undefined;
    };
    addEventListener("scroll", scrolled, { passive: true });
    addEventListener("wheel", touched, { passive: true });
    addEventListener("touchmove", touched, { passive: true });
    return () => {
      cancelAnimationFrame(waiting);
      removeEventListener("scroll", scrolled);
      removeEventListener("wheel", touched);
      removeEventListener("touchmove", touched);
    };
  }, []);
}
