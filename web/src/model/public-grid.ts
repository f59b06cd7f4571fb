/** What the page's own node tells everybody of the grid, over HTTP. */
import type { Environment } from "../base/environment";
import type { Grid } from "../protocol/v1";

const TIMEOUT_MS = 5_000;

/** Undefined if it does not answer. */
export async function fetchGrid(environment: Environment): Promise<Grid | undefined> {
  const gaveUp = new AbortController();
  const timer = setTimeout(() => gaveUp.abort(), TIMEOUT_MS);
  try {
    const url = `${environment.origin}/api/v1/grid`;
    const answer = await environment.fetch(url, { cache: "no-store", signal: gaveUp.signal });
    if (!answer.ok) return undefined;
    const grid: unknown = await answer.json();
    return isGrid(grid) ? grid : undefined;
  } catch {
    return undefined;
  } finally {
    clearTimeout(timer);
  }
}

function isGrid(value: unknown): value is Grid {
  if (typeof value !== "object" || value === null) return false;
  const { node, nodes, links, owed } = value as Partial<Record<keyof Grid, unknown>>;
  return typeof node === "number" && Array.isArray(nodes) && Array.isArray(links) && Array.isArray(owed);
}
