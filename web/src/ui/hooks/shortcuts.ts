/**
 * The keyboard's shortcuts: which there are, and which one a sequence of keys means. Pure; use-shortcut.ts listens.
 *
 * A shortcut is one key ("n", "?") or two in a row ("g h"), the second within SEQUENCE_MS of the first.
 */
export const SEQUENCE_MS = 1_500;

export const SHORTCUTS = ["n", "j", "k", "o", "r", ".", "/", "g h", "g m", "g g", "?"] as const;

export type Shortcut = (typeof SHORTCUTS)[number];

export interface Typed {
  readonly key: string;
  readonly time: number;
}

/** What pressing `key` means behind `before`: a shortcut, or the beginning of one, or nothing. */
export function shortcutFor(
  key: string,
  time: number,
  before: Typed | undefined,
): { shortcut: Shortcut } | { begun: Typed } | undefined {
  if (before !== undefined && time - before.time <= SEQUENCE_MS) {
    const sequence = `${before.key} ${key}`;
    if (isShortcut(sequence)) return { shortcut: sequence };
  }
  if (isShortcut(key)) return { shortcut: key };
  if (SHORTCUTS.some((shortcut) => shortcut.startsWith(`${key} `))) return { begun: { key, time } };
  return undefined;
}

function isShortcut(text: string): text is Shortcut {
  return SHORTCUTS.some((shortcut) => shortcut === text);
}
