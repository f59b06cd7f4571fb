/** What a user without a picture looks like: an initial, and one of TONES colours (Avatar.css), always the same. */
export const TONES = 8;

/** 0 to TONES - 1, whatever the case of the name. */
export function toneOf(name: string): number {
  let hash = 0;
  for (const character of name.toLowerCase()) hash = Math.imul(hash, 31) + (character.codePointAt(0) ?? 0);
  // Such a sum alone hardly mixes: similar names would look alike.
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  hash = Math.imul(hash ^ (hash >>> 16), 0x45d9f3b);
  return ((hash ^ (hash >>> 16)) >>> 0) % TONES;
}

export function initialOf(name: string): string {
  return (/[^_]/.exec(name)?.[0] ?? "_").toUpperCase();
}
