/** Where a member goes on to from the log-in: the other way round of logInPath() (account.ts). Pure. */

/**
 * The path in "?next=PATH", if it is one of these pages and not of another site. Nor one of those that lead members on
 * themselves: there one would stay, before nothing.
 */
export function pathAfterLogIn(search: string): string {
  const next = new URLSearchParams(search).get("next") ?? "/";
  if (!/^\/(?!\/)/.test(next) || /[\s\\]/.test(next)) return "/";
  return LEADING_ON.test(pathOf(next)) ? "/" : next;
}

const LEADING_ON = /^\/+(login|signup)\/*$/;

/** As the pages see it: without dots, decoded. */
function pathOf(next: string): string {
  const { pathname } = new URL(next, "http://here");
  try {
    return decodeURIComponent(pathname);
  } catch {
    return pathname;
  }
}
