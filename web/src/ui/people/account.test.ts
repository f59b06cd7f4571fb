import { describe, expect, it } from "vitest";
import { logInPath, pathAfterLogIn, viewerOf } from "./account";

describe("viewerOf", () => {
  it("trusts what this browser knew until a node says otherwise", () => {
    expect(viewerOf({ status: "unknown", name: "alice" })).toBe("alice");
    expect(viewerOf({ status: "unknown" })).toBeUndefined();
    expect(viewerOf({ status: "member", name: "alice" })).toBe("alice");
    expect(viewerOf({ status: "guest" })).toBeUndefined();
  });
});

describe("pathAfterLogIn", () => {
  it.each(["/mentions", "/@bob?x=1#y", "/tag/b%C3%BC", "/"])("comes back to %s", (path) => {
    const [, search = ""] = logInPath(path).split("?next=");
    expect(pathAfterLogIn(search === "" ? "" : `?next=${search}`)).toBe(path);
  });

  it.each(["//evil.org", "/\\evil.org", "https://evil.org", "javascript:alert(1)", "/\t/evil.org", ""])(
    "does not leave the site for %j",
    (next) => {
      expect(pathAfterLogIn(`?next=${encodeURIComponent(next)}`)).toBe("/");
    },
  );
});
