/**
 * Finds a list where it was left, per entry of the history: with its measured sizes while they fit (Back, Forward), else
 * by the buzz that was the first to be seen (reload); reads on below until that is there, at most SEEK items further
 * than it was. Remembers the place at each scroll.
 *
 * A page has one list at a time: the place belongs to the window.
 */
import { useEffect, useLayoutEffect, useRef, useState, type RefObject } from "react";
import type { CacheSnapshot, WindowVirtualizerHandle } from "virtua";
import { historyEntry } from "./history-entry";
import { placeOf, rememberPlace } from "./scroll-memory";

const SEEK = 100;
const REST_MS = 120;

/** Returns the sizes to begin with. */
export function useListPlace(
  keys: readonly string[],
  root: RefObject<HTMLElement | null>,
  list: RefObject<WindowVirtualizerHandle | null>,
  beginAt: string | undefined,
  readOn: (() => void) | undefined,
): CacheSnapshot | undefined {
  const [entry] = useState(historyEntry);
  const [begin] = useState(() => {
    const place = placeOf(entry);
    const sizes = place?.sizes;
    // What has been read on below since then changes nothing above.
    const fits = sizes !== undefined && sizes.firstKey === keys[0] && sizes.length <= keys.length;
    return { place, cache: fits ? (sizes.cache as CacheSnapshot) : undefined };
  });
  const seeking = useRef(begin.place !== undefined || beginAt !== undefined);
  const latest = useRef(keys);

  useLayoutEffect(() => {
    latest.current = keys;
    if (!seeking.current) return;
    const { place, cache } = begin;
    if (place === undefined) {
      seeking.current = false;
      const index = keys.indexOf(beginAt ?? "");
      if (index > 0) list.current?.scrollToIndex(index, { align: "start", offset: -HEADER_PX });
    } else if (cache !== undefined || place.anchor === undefined) {
      seeking.current = false;
      window.scrollTo(0, place.scrollY);
    } else {
      const index = keys.indexOf(place.anchor.key);
      if (index >= 0) {
        seeking.current = false;
        if (index > 0 || place.scrollY > 0) {
          list.current?.scrollToIndex(index, { align: "start", offset: -place.anchor.top });
        }
      } else if (readOn === undefined || keys.length > place.anchor.index + SEEK) {
        seeking.current = false;
      } else {
        readOn();
      }
    }
  }, [keys, begin, beginAt, list, readOn]);

  useEffect(() => {
    let frame = 0;
    let rest: ReturnType<typeof setTimeout> | undefined;
    const remember = (): void => {
      frame = 0;
      const handle = list.current;
      if (seeking.current || handle === null) return;
      const anchor = firstSeen(root.current, latest.current);
      const firstKey = latest.current[0];
      rememberPlace(entry, {
        scrollY: window.scrollY,
        ...(anchor && { anchor }),
        ...(firstKey !== undefined && {
          sizes: { cache: handle.cache, firstKey, length: latest.current.length },
        }),
      });
    };
    const scrolled = (): void => {
      if (frame === 0) frame = requestAnimationFrame(remember);
      // Once more when it has come to rest: in the middle of a leap there may be nothing drawn yet.
      clearTimeout(rest);
      rest = setTimeout(remember, REST_MS);
    };
    // Whoever scrolls by hand meanwhile is not pulled away any more.
    const touched = (): void => {
      seeking.current = false;
    };
    addEventListener("scroll", scrolled, { passive: true });
    addEventListener("wheel", touched, { passive: true });
    addEventListener("touchmove", touched, { passive: true });
    return () => {
      cancelAnimationFrame(frame);
      clearTimeout(rest);
      removeEventListener("scroll", scrolled);
      removeEventListener("wheel", touched);
      removeEventListener("touchmove", touched);
    };
  }, [entry, list, root]);
  return begin.cache;
}

const HEADER_PX = 56;

function firstSeen(
  root: HTMLElement | null,
  keys: readonly string[],
): { key: string; index: number; top: number } | undefined {
  for (const article of root?.querySelectorAll<HTMLElement>("[data-buzz-id]") ?? []) {
    const { top, bottom } = article.getBoundingClientRect();
    const key = article.dataset.buzzId;
    if (bottom > HEADER_PX && key !== undefined) {
      return { key, index: Math.max(0, keys.indexOf(key)), top };
    }
  }
  return undefined;
}
