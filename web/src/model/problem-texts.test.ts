import { describe, expect, it } from "vitest";
import { Failure } from "../grid/failure";
import { Refusal } from "./buzzer";
import { problemText, refusalOf } from "./problem-texts";

describe("what went wrong", () => {
  it("is said in a sentence", () => {
    expect(problemText(new Failure("name_taken", true, "x"))).toBe("That name is taken. Try another one.");
    expect(problemText(new Failure("too_many_requests", true, "x", 8_000))).toContain("in 8 seconds.");
    expect(problemText(new Failure("too_many_requests", true, "x", 900))).toContain("in 1 second.");
    expect(problemText(new Failure("bad_request", true, "limit is too large"))).toBe(
      "Something went wrong: limit is too large.",
    );
  });

  it("is a Refusal, whatever was thrown", () => {
    expect(refusalOf(new Failure("offline", false, ""))).toMatchObject({ code: "offline", definite: false });
    expect(refusalOf(new TypeError("x"))).toMatchObject({ code: "unknown_error", definite: false });
    const refusal = new Refusal("offline", "text", false);
    expect(refusalOf(refusal)).toBe(refusal);
  });
});
