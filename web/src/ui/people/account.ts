/** Small questions about who is looking. */
import type { Account } from "../../model/buzzer";

/** Who is logged in, or was when this browser last knew and no node has said otherwise yet. */
export function viewerOf(account: Account): string | undefined {
  return account.status === "guest" ? undefined : account.name;
}

/** Names in upper and lower case are the same user. */
export function sameName(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}

/** Where a guest logs in, to come back to `path` afterwards. */
export function logInPath(path: string): string {
  return path === "/" ? "/login" : `/login?next=${encodeURIComponent(path)}`;
}
