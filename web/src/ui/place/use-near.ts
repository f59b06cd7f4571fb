/** Calls an action when an element comes near the window, a few screens before it can be seen, and again after each change. */
import { useEffect, useRef, type RefObject } from "react";

const NEAR = "1500px 0px";

/** `change`: anything that changes when the action may be needed again. `action`: undefined while it is not wanted. */
export function useNear(change: unknown, action: (() => void) | undefined): RefObject<HTMLDivElement | null> {
  const element = useRef<HTMLDivElement>(null);
  const latest = useRef(action);
  useEffect(() => {
    latest.current = action;
  });
  const wanted = action !== undefined;
  useEffect(() => {
    if (!wanted || element.current === null) return;
    const observer = new IntersectionObserver(
      (entries) => {
        if (entries.some(({ isIntersecting }) => isIntersecting)) latest.current?.();
      },
      { rootMargin: NEAR },
    );
    observer.observe(element.current);
    return () => {
      observer.disconnect();
    };
  }, [wanted, change]);
  return element;
}
