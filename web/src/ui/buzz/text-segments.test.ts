import { describe, expect, it } from "vitest";
import { codePoints, segmentsOf } from "./text-segments";

const mention = (begin: number, end: number) => ({ kind: "mention", begin, end, value: "bob" }) as const;

describe("segmentsOf", () => {
  it("cuts a text at its entities", () => {
    const segments = segmentsOf("Hello @Bob, see https://x.org #Grid!", [
      { kind: "mention", begin: 6, end: 10, value: "bob" },
      { kind: "link", begin: 16, end: 29, value: "https://x.org" },
      { kind: "topic", begin: 30, end: 35, value: "grid" },
    ]);
    expect(segments.map(({ kind, text }) => [kind, text])).toEqual([
      ["text", "Hello "],
      ["mention", "@Bob"],
      ["text", ", see "],
      ["link", "https://x.org"],
      ["text", " "],
      ["topic", "#Grid"],
      ["text", "!"],
    ]);
    expect(segments[1]?.value).toBe("bob");
  });

  it("counts code points, so that an emoji before a mention does not shift it", () => {
    expect(segmentsOf("🐝🐝 @bob", [mention(3, 7)]).map(({ text }) => text)).toEqual(["🐝🐝 ", "@bob"]);
  });

  it("shows a text without entities as it is, markup too", () => {
    const text = '<img src=x onerror="alert(1)">';
    expect(segmentsOf(text, [])).toEqual([{ kind: "text", text, value: text }]);
  });

  it("has nothing for an empty text", () => {
    expect(segmentsOf("", [])).toEqual([]);
  });

  it("leaves a link with another scheme as text", () => {
    const text = "javascript:alert(1)";
    const segments = segmentsOf(text, [{ kind: "link", begin: 0, end: text.length, value: text }]);
    expect(segments.map(({ kind }) => kind)).toEqual(["text"]);
  });

  it.each([
    ["out of the text", [mention(5, 10)]],
    ["empty", [mention(2, 2)]],
    ["backwards", [mention(4, 2)]],
  ])("leaves an entity that is %s as text", (_, entities) => {
    expect(segmentsOf("ab @bob", entities).map(({ text }) => text)).toEqual(["ab @bob"]);
  });

  it("takes the first of two overlapping entities, and loses no text", () => {
    const segments = segmentsOf("a @bob b", [mention(2, 6), mention(4, 8)]);
    expect(segments.map(({ kind }) => kind)).toEqual(["text", "mention", "text"]);
    expect(segments.map(({ text }) => text).join("")).toBe("a @bob b");
  });
});

describe("codePoints", () => {
  it.each([
    ["", 0],
    ["abc", 3],
    ["äöü", 3],
    ["🐝", 1],
    ["a🐝b", 3],
    ["👩‍🚀", 3],
  ])("of %j is %i", (text, count) => {
    expect(codePoints(text)).toBe(count);
  });
});
