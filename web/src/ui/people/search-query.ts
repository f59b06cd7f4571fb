/**
 * What somebody looks for who has typed this: "@" before it says people, "#" topics, nothing both. A pure rule; names
 * and topics have the form that the protocol gives them, so that nothing is asked that can only be refused.
 */
export interface SearchQuery {
  /** How the names of the people begin; "": everybody; undefined: no name begins so, or no people are looked for. */
  readonly people: string | undefined;
  /** How the topics begin, without the "#"; "": all; undefined: no topic begins so, or none are looked for. */
  readonly topics: string | undefined;
  /** What was typed, without the white space around it. */
  readonly text: string;
}

const NAME_PREFIX = /^[A-Za-z0-9_]{0,30}$/;
const TOPIC = /^[\p{L}\p{M}\p{N}_]*$/u;

export function understandQuery(typed: string): SearchQuery {
  const text = typed.trim();
  const sign = text.startsWith("@") || text.startsWith("#") ? text.slice(0, 1) : "";
  const word = text.slice(sign.length);
  return {
    people: sign !== "#" && NAME_PREFIX.test(word) ? word : undefined,
    topics: sign !== "@" && TOPIC.test(word) ? word : undefined,
    text,
  };
}

/** What was typed first, as it can be looked at though nobody here has seen it; then what has been seen, each once. */
export function topicsToShow(typed: string, seen: readonly string[]): readonly string[] {
  if (typed === "") return seen;
  return [typed, ...seen.filter((topic) => topic.toLowerCase() !== typed.toLowerCase())];
}
