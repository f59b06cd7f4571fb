/**
 * The nodes that the grid has told of, kept across reloads, so that a page whose own node is dead finds another one.
 * Owned by the GridClient's maker; what is kept may be old or damaged, and is only ever a hint.
 */
import type { SmallStore } from "../base/environment";
import type { Grid, GridNode } from "../protocol/v1";

const KEY = "buzzer.nodes";

export class KnownNodes {
  private nodes: readonly GridNode[];

  constructor(private readonly store: SmallStore) {
    this.nodes = parse(store.get(KEY));
  }

  get(): readonly GridNode[] {
    return this.nodes;
  }

  learn(grid: Grid): void {
    // A node that does not say where another one is has not said that it is nowhere.
    const urls = new Map(this.nodes.map(({ node, url }) => [node, url]));
    const nodes = grid.nodes.map(({ node, alive, url = urls.get(node) }) => ({
      node,
      alive,
      ...(url === undefined ? {} : { url }),
    }));
    const text = JSON.stringify(nodes);
    if (text === JSON.stringify(this.nodes)) return;
    this.nodes = nodes;
    this.store.set(KEY, text);
  }
}

function parse(text: string | undefined): readonly GridNode[] {
  try {
    const value: unknown = JSON.parse(text ?? "[]");
    return Array.isArray(value) ? value.filter(isNode) : [];
  } catch {
    return [];
  }
}

function isNode(value: unknown): value is GridNode {
  if (typeof value !== "object" || value === null) return false;
  const { node, alive, url } = value as Partial<Record<keyof GridNode, unknown>>;
  return (
    typeof node === "number" && typeof alive === "boolean" && (url === undefined || typeof url === "string")
  );
}
