/** "5 min": how long ago something was, kept right; the full time on hovering. Drawn anew only when the words change. */
import { useCallback, useSyncExternalStore } from "react";
import { clock } from "./clock";
import { fullTime, relativeTime } from "./relative-time";

const watch = (changed: () => void): (() => void) => clock.watch(changed);

/** `time`: as the protocol has it (RFC 3339). */
export function RelativeTime({ time }: { time: string }) {
  const then = Date.parse(time);
  const words = useCallback(() => relativeTime(then, Math.max(clock.get(), then)), [then]);
  const text = useSyncExternalStore(watch, words);
  return (
    <time dateTime={time} title={fullTime(then)}>
      {text}
    </time>
  );
}
