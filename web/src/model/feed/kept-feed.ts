/** What a feed was like, to be shown at once next time; and how to know it again: storage may hold anything. */
import type { Buzz, Cursor, Position } from "../../protocol/v1";

export interface KeptFeed {
  /** The newest, newest first. */
  readonly buzzes: readonly Buzz[];
  readonly position: Position;
  /** There is nothing older. */
  readonly complete: boolean;
  readonly newerCursor?: Cursor | undefined;
}

export function isKeptFeed(value: unknown): value is KeptFeed {
  if (typeof value !== "object" || value === null) return false;
  const { buzzes, position, complete, newerCursor } = value as Partial<Record<keyof KeptFeed, unknown>>;
  return (
    Array.isArray(buzzes) &&
    buzzes.every(isBuzz) &&
    typeof position === "string" &&
    typeof complete === "boolean" &&
    (newerCursor === undefined || typeof newerCursor === "string")
  );
}

function isBuzz(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { id, author, text, version, posted, entities } = value as Partial<Record<keyof Buzz, unknown>>;
  return (
    [id, author, text, posted].every((field) => typeof field === "string") &&
    typeof version === "number" &&
    Array.isArray(entities)
  );
}
