/** Which page a path means. Pure; App.tsx draws them. */
export type Route =
  | { readonly page: "home" | "signup" | "login" | "mentions" | "search" | "settings" | "grid" | "nothing" }
  | { readonly page: "user" | "topic"; readonly name: string }
  | { readonly page: "users"; readonly name: string; readonly which: "followers" | "following" }
  | { readonly page: "thread"; readonly id: string };

const PLAIN = ["signup", "login", "mentions", "search", "settings", "grid"] as const;

/** `path`: of the URL, decoded or not. */
export function routeOf(path: string): Route {
  const [first = "", second, third, ...rest] = path
    .split("/")
    .filter((part) => part !== "")
    .map(decoded);
  if (third !== undefined || rest.length > 0) return { page: "nothing" };
  if (first.startsWith("@") && first.length > 1) {
    const name = first.slice(1);
    if (second === undefined) return { page: "user", name };
    if (second === "followers" || second === "following") return { page: "users", name, which: second };
    return { page: "nothing" };
  }
  if (first === "tag" && second !== undefined) return { page: "topic", name: second.replace(/^#/, "") };
  if (first === "buzz" && second !== undefined && /^[1-9][0-9]{0,15}$/.test(second)) {
    return { page: "thread", id: second };
  }
  if (second !== undefined) return { page: "nothing" };
  if (first === "") return { page: "home" };
  const plain = PLAIN.find((page) => page === first);
  return { page: plain ?? "nothing" };
}

function decoded(part: string): string {
  try {
    return decodeURIComponent(part);
  } catch {
    return part;
  }
}
