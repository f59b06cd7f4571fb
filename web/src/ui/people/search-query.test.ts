import { describe, expect, it } from "vitest";
import { topicsToShow, understandQuery } from "./search-query";

describe("what is looked for", () => {
  it.each([
    ["bob", { people: "bob", topics: "bob" }],
    ["  bob ", { people: "bob", topics: "bob", text: "bob" }],
    ["@bob", { people: "bob", topics: undefined }],
    ["#grid", { people: undefined, topics: "grid" }],
    ["@", { people: "", topics: undefined }],
    ["", { people: "", topics: "" }],
    ["größe", { people: undefined, topics: "größe" }],
    ["two words", { people: undefined, topics: undefined }],
    ["a".repeat(31), { people: undefined, topics: "a".repeat(31) }],
    ["##", { people: undefined, topics: undefined }],
  ])("is understood from %j", (typed, meant) => {
    expect(understandQuery(typed)).toMatchObject(meant);
  });
});

describe("the topics that are shown", () => {
  it("begin with the one that was typed, once, whatever its case", () => {
    expect(topicsToShow("Grid", ["grid", "gridlock"])).toEqual(["Grid", "gridlock"]);
  });

  it("are those seen lately when nothing was typed", () => {
    expect(topicsToShow("", ["tea", "grid"])).toEqual(["tea", "grid"]);
  });
});
