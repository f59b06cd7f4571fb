import { describe, expect, it } from "vitest";
import { viewerOf } from "./account";

describe("viewerOf", () => {
  it("trusts what this browser knew until a node says otherwise", () => {
    expect(viewerOf({ status: "unknown", name: "alice" })).toBe("alice");
    expect(viewerOf({ status: "unknown" })).toBeUndefined();
    expect(viewerOf({ status: "member", name: "alice" })).toBe("alice");
    expect(viewerOf({ status: "guest" })).toBeUndefined();
  });
});
