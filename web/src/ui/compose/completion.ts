/**
 * Completion while typing: which mention or topic stands before the caret, and the text once a suggestion is taken.
 * Pure. Positions are UTF-16 units, as in a textarea.
 */
export interface Completion {
  readonly kind: "user" | "topic";
  /** What is typed so far, in lower case, without the sign. */
  readonly prefix: string;
  /** Of the sign. */
  readonly begin: number;
  /** Past the last letter, which may stand behind the caret. */
  readonly end: number;
}

/** A sign and letters right before the caret, not within a word: of "mail@host" there is nothing to complete. */
const BEFORE = /(?:^|[^\p{L}\p{M}\p{N}_@#/])([@#])([\p{L}\p{M}\p{N}_]*)$/u;
const REST = /^[\p{L}\p{M}\p{N}_]*/u;
const LONGEST = 64;

export function completionAt(text: string, caret: number): Completion | undefined {
  const from = Math.max(0, caret - LONGEST);
  const match = BEFORE.exec(text.slice(from, caret));
  const sign = match?.[1];
  const typed = match?.[2];
  if (sign === undefined || typed === undefined) return undefined;
  if (sign === "@" && !/^[A-Za-z0-9_]{0,30}$/.test(typed)) return undefined;
  const rest = REST.exec(text.slice(caret, caret + LONGEST))?.[0] ?? "";
  return {
    kind: sign === "@" ? "user" : "topic",
    prefix: typed.toLowerCase(),
    begin: caret - typed.length - 1,
    end: caret + rest.length,
  };
}

/** Puts `value` in its place, with a space behind it unless punctuation follows, and says where the caret goes. */
export function complete(
  text: string,
  { kind, begin, end }: Completion,
  value: string,
): { text: string; caret: number } {
  const word = `${kind === "user" ? "@" : "#"}${value}`;
  const after = text.slice(end);
  const gap = /^[\s\p{P}]/u.test(after) ? "" : " ";
  const space = gap === " " || /^\s/.test(after) ? 1 : 0;
  return { text: text.slice(0, begin) + word + gap + after, caret: begin + word.length + space };
}
