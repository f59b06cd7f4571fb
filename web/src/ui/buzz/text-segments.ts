/**
 * Cuts a buzz's text into what is shown: plain text, mentions, topics and links, by the offsets that came with it.
 * Nothing is parsed again here.
 *
 * Offsets count code points, not UTF-16 units. An entity that does not fit (out of the text, overlapping the one
 * before) and a link to anything but http and https stay plain text.
 */
import type { Entity } from "../../protocol/v1";

export interface Segment {
  readonly kind: "text" | Entity["kind"];
  /** As written. */
  readonly text: string;
  /** The name in lower case, the folded topic, or the address; of plain text the text itself. */
  readonly value: string;
}

export function segmentsOf(text: string, entities: readonly Entity[]): readonly Segment[] {
  if (entities.length === 0) return text === "" ? [] : [plain(text)];
  const points = Array.from(text);
  const segments: Segment[] = [];
  let done = 0;
  const plainUpTo = (end: number): void => {
    if (end > done) segments.push(plain(points.slice(done, end).join("")));
  };
  for (const { kind, begin, end, value } of entities) {
    if (begin < done || end <= begin || end > points.length) continue;
    if (kind === "link" && !isWebAddress(value)) continue;
    plainUpTo(begin);
    segments.push({ kind, text: points.slice(begin, end).join(""), value });
    done = end;
  }
  plainUpTo(points.length);
  return segments;
}

/** Of the protocol's texts: how the limit of a buzz is counted. */
export function codePoints(text: string): number {
  let count = 0;
  for (let i = 0; i < text.length; ++count) i += (text.codePointAt(i) ?? 0) > 0xffff ? 2 : 1;
  return count;
}

function plain(text: string): Segment {
  return { kind: "text", text, value: text };
}

function isWebAddress(value: string): boolean {
  try {
    return /^https?:$/.test(new URL(value).protocol);
  } catch {
    return false;
  }
}
