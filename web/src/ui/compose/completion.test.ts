import { describe, expect, it } from "vitest";
import { complete, completionAt } from "./completion";

/** "|" marks the caret. */
function at(marked: string) {
  const caret = marked.indexOf("|");
  return completionAt(marked.replace("|", ""), caret);
}

function taken(marked: string, value: string): string | undefined {
  const completion = at(marked);
  if (completion === undefined) return undefined;
  const { text, caret } = complete(marked.replace("|", ""), completion, value);
  return `${text.slice(0, caret)}|${text.slice(caret)}`;
}

describe("completionAt", () => {
  it.each([
    ["@|", "user", ""],
    ["Hi @Bo|", "user", "bo"],
    ["(@bo|", "user", "bo"],
    ["#|", "topic", ""],
    ["the #Bü|", "topic", "bü"],
    ["line\n#gr|", "topic", "gr"],
    ["🐝 @bo|", "user", "bo"],
  ])("finds what is typed in %j", (marked, kind, prefix) => {
    expect(at(marked)).toMatchObject({ kind, prefix });
  });

  it.each(["|", "bob|", "mail@bo|", "@bob |", "@@bo|", "x#y|", "https://x.org/#a|", "@bü|"])(
    "finds nothing in %j",
    (marked) => {
      expect(at(marked)).toBeUndefined();
    },
  );

  it("takes the rest of the word behind the caret along", () => {
    expect(at("a @bo|bby c")).toMatchObject({ begin: 2, end: 8 });
  });

  it("looks at the word alone, however long the text is", () => {
    expect(at(`${"word ".repeat(100)}@bo|`)).toMatchObject({ prefix: "bo", begin: 500 });
  });
});

describe("complete", () => {
  it.each([
    ["Hi @bo|", "bob", "Hi @bob |"],
    ["Hi @bo|bby", "bob", "Hi @bob |"],
    ["Hi @bo| you", "bob", "Hi @bob |you"],
    ["(the #gr|id!)", "grid", "(the #grid|!)"],
  ])("of %j with %j is %j", (marked, value, result) => {
    expect(taken(marked, value)).toBe(result);
  });
});
