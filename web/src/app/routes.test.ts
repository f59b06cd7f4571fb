import { describe, expect, it } from "vitest";
import { routeOf } from "./routes";

describe("routeOf", () => {
  it.each([
    ["/", { page: "home" }],
    ["/login", { page: "login" }],
    ["/signup", { page: "signup" }],
    ["/mentions/", { page: "mentions" }],
    ["/search", { page: "search" }],
    ["/settings", { page: "settings" }],
    ["/grid", { page: "grid" }],
    ["/@Bob_7", { page: "user", name: "Bob_7" }],
    ["/%40bob", { page: "user", name: "bob" }],
    ["/@bob/followers", { page: "users", name: "bob", which: "followers" }],
    ["/@bob/following", { page: "users", name: "bob", which: "following" }],
    ["/tag/b%C3%BCro", { page: "topic", name: "büro" }],
    ["/tag/büro", { page: "topic", name: "büro" }],
    ["/buzz/61422797304896", { page: "thread", id: "61422797304896" }],
  ])("of %s", (path, route) => {
    expect(routeOf(path)).toEqual(route);
  });

  it.each([
    "/nothing",
    "/@",
    "/@bob/fans",
    "/@bob/followers/x",
    "/tag",
    "/buzz/",
    "/buzz/x",
    "/buzz/007",
    "/login/x",
    "/toString",
    "/%",
  ])("knows no page at %s", (path) => {
    expect(routeOf(path)).toEqual({ page: "nothing" });
  });
});
