/**
 * The session cookie, kept by the page's own node (docs/protocols/http.md): scripts never see it. Both calls give up
 * quietly; a cookie that stays behind after a logout opens nothing.
 */
import type { Environment } from "../../base/environment";

const TIMEOUT_MS = 5_000;

/** Whether the cookie is set. */
export async function exchangeForCookie(environment: Environment, token: string): Promise<boolean> {
  return call(environment, { method: "POST", headers: { Authorization: `Bearer ${token}` } });
}

export async function clearCookie(environment: Environment): Promise<boolean> {
  return call(environment, { method: "DELETE" });
}

async function call(environment: Environment, options: RequestInit): Promise<boolean> {
  const gaveUp = new AbortController();
  const timer = setTimeout(() => gaveUp.abort(), TIMEOUT_MS);
  try {
    const url = `${environment.origin}/api/v1/session`;
    const answer = await environment.fetch(url, {
      ...options,
      credentials: "same-origin",
      cache: "no-store",
      // A reload in the meantime does not take it back.
      keepalive: true,
      signal: gaveUp.signal,
    });
    return answer.ok;
  } catch {
    return false;
  } finally {
    clearTimeout(timer);
  }
}
