/**
 * Suggestions for what is being typed: mentions (asked of the grid, so after a moment of quiet) and topics. Late answers
 * to what is not typed any more are dropped. What is typed completely needs no suggestion.
 */
import { useEffect, useState } from "react";
import { useBuzzer } from "../hooks/buzzer-context";
import type { Completion } from "./completion";

const QUIET_MS = 120;

const NONE: readonly string[] = [];

export function useSuggestions(completion: Completion | undefined): readonly string[] {
  const buzzer = useBuzzer();
  const kind = completion?.kind;
  const prefix = completion?.prefix;
  const question = kind === undefined || prefix === undefined ? "" : `${kind} ${prefix}`;
  const [found, setFound] = useState<{ question: string; names: readonly string[] }>();
  useEffect(() => {
    if (kind === undefined || prefix === undefined) return;
    let wanted = true;
    const show = (names: readonly string[]): void => {
      if (wanted) setFound({ question, names: names.filter((name) => name.toLowerCase() !== prefix) });
    };
    if (kind === "topic") {
      show(buzzer.suggestTopics(prefix));
      return;
    }
    const timer = setTimeout(() => {
      buzzer.suggestUsers(prefix).then(show, () => {
        show(NONE);
      });
    }, QUIET_MS);
    return () => {
      wanted = false;
      clearTimeout(timer);
    };
  }, [buzzer, kind, prefix, question]);
  // While the next answer is on its way the last one is not shown: its names may not begin so.
  return found?.question === question && question !== "" ? found.names : NONE;
}
