/** Waiting for states that Playwright's expect() does not know. */
export const DEADLINE_MS = 10_000;

/** Looks every 20 ms until `found` gives something; fails after the deadline with what was waited for. */
export async function waitFor<T>(
  what: string,
  found: () => T | undefined | Promise<T | undefined>,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const end = Date.now() + deadlineMs;
  for (;;) {
    const value = await found();
    if (value !== undefined) return value;
    if (Date.now() > end) throw new Error(`waited ${String(deadlineMs)} ms for ${what}`);
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
