/** A text that changes at most every so often: for live regions, which would speak at each change. "" counts at once. */
import { useEffect, useRef, useState } from "react";

/** How long until a change may be told, when the last one was told at `told`. */
export function waitToTell(text: string, told: number, now: number, everyMs: number): number {
  return text === "" ? 0 : Math.max(0, told + everyMs - now);
}

export function useSeldom(text: string, everyMs: number): string {
  const [said, setSaid] = useState("");
  const told = useRef(-Infinity);
  useEffect(() => {
    if (text === said) return;
    const tell = (): void => {
      if (text !== "") told.current = performance.now();
      setSaid(text);
    };
    const timer = setTimeout(tell, waitToTell(text, told.current, performance.now(), everyMs));
    return () => {
      clearTimeout(timer);
    };
  }, [text, said, everyMs]);
  return text === "" ? "" : said;
}
