import { describe, expect, it } from "vitest";
import { logInPath } from "./account";
import { pathAfterLogIn } from "./after-log-in";

describe("pathAfterLogIn", () => {
  it.each(["/mentions", "/@bob?x=1#y", "/tag/b%C3%BC", "/"])("comes back to %s", (path) => {
    const [, search = ""] = logInPath(path).split("?next=");
    expect(pathAfterLogIn(search === "" ? "" : `?next=${search}`)).toBe(path);
  });

  it.each(["/login", "/signup", "/login/?next=/grid", "/signup#x", "/x/../login", "/%6cogin"])(
    "does not lead a member on to %j, which leads on itself",
    (next) => {
      expect(pathAfterLogIn(`?next=${encodeURIComponent(next)}`)).toBe("/");
    },
  );

  it.each(["/loginx", "/@login", "/tag/login", "/%"])("comes back to %s all the same", (path) => {
    expect(pathAfterLogIn(`?next=${encodeURIComponent(path)}`)).toBe(path);
  });

  it.each(["//evil.org", "/\\evil.org", "https://evil.org", "javascript:alert(1)", "/\t/evil.org", ""])(
    "does not leave the site for %j",
    (next) => {
      expect(pathAfterLogIn(`?next=${encodeURIComponent(next)}`)).toBe("/");
    },
  );
});
