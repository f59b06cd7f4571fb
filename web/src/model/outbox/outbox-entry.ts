/** What the outbox keeps of a buzz, and how it knows it again: storage may hold anything. */
import type { BuzzId } from "../../protocol/v1";

export interface KeptBuzz {
  readonly key: string;
  readonly text: string;
  readonly inReplyTo?: BuzzId;
  /** Milliseconds since 1970. */
  readonly written: number;
  /** When it was first sent, milliseconds since 1970. Left out: never. */
  readonly sent?: number;
  /** Left out: it shall be posted. */
  readonly problem?: string;
}

export function isKeptList(value: unknown): value is readonly KeptBuzz[] {
  return Array.isArray(value) && value.every(isKept);
}

function isKept(value: unknown): boolean {
  if (typeof value !== "object" || value === null) return false;
  const { key, text, inReplyTo, written, sent, problem } = value as Partial<Record<keyof KeptBuzz, unknown>>;
  const isTextOrNone = (field: unknown): boolean => field === undefined || typeof field === "string";
  return (
    typeof key === "string" &&
    typeof text === "string" &&
    typeof written === "number" &&
    (sent === undefined || typeof sent === "number") &&
    isTextOrNone(inReplyTo) &&
    isTextOrNone(problem)
  );
}
