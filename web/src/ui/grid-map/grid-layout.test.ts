import { describe, expect, it } from "vitest";
import type { Grid } from "../../protocol/v1";
import { countGrid, layOutGrid, linkBetween, MAP_SIZE, sayRoundTrip } from "./grid-layout";

function mesh(count: number): Pick<Grid, "nodes" | "links"> {
  const nodes = Array.from({ length: count }, (_, node) => ({ node, alive: true }));
  const links = nodes.flatMap(({ node: from }) =>
    nodes.slice(from + 1).map(({ node: to }) => ({ from, to, up: true, round_trip_ms: 0.5 })),
  );
  return { nodes, links };
}

const sizes = Array.from({ length: 16 }, (_, index) => index + 1);

describe("the layout of the grid's map", () => {
  it.each(sizes)("keeps %i nodes and their labels within the map, and apart", (count) => {
    const { nodes, nodeRadius, top, height } = layOutGrid(mesh(count));
    expect(nodes).toHaveLength(count);
    for (const node of nodes) {
      for (const coordinate of [node.x, node.y]) {
        expect(coordinate).toBeGreaterThanOrEqual(nodeRadius);
        expect(coordinate).toBeLessThanOrEqual(MAP_SIZE - nodeRadius);
      }
      expect(node.label.y).toBeGreaterThanOrEqual(top + 10);
      expect(node.label.y).toBeLessThanOrEqual(top + height - 3);
      expect(node.y - nodeRadius).toBeGreaterThanOrEqual(top + 5);
      expect(node.y + nodeRadius).toBeLessThanOrEqual(top + height - 5);
      for (const other of nodes) {
        if (other === node) continue;
        expect(Math.hypot(node.x - other.x, node.y - other.y)).toBeGreaterThan(2 * nodeRadius + 4);
      }
    }
  });

  it.each(sizes)("draws each link of %i nodes once, from edge to edge", (count) => {
    const { nodes, links, nodeRadius } = layOutGrid(mesh(count));
    expect(links).toHaveLength((count * (count - 1)) / 2);
    for (const link of links) {
      const from = nodes[link.from];
      expect(from).toBeDefined();
      if (from === undefined) continue;
      expect(Math.hypot(link.begin.x - from.x, link.begin.y - from.y)).toBeCloseTo(nodeRadius);
    }
  });

  it.each([2, 3, 4, 5])("keeps the labels of %i nodes' links apart from each other", (count) => {
    const labels = layOutGrid(mesh(count)).links.map((link) => link.label);
    labels.forEach((label, place) => {
      for (const other of labels.slice(place + 1)) {
        if (label === undefined || other === undefined) throw new Error("a label is missing");
        const clear = Math.abs(label.x - other.x) >= 40 || Math.abs(label.y - other.y) >= 14;
        expect(clear, `${JSON.stringify(label)} and ${JSON.stringify(other)}`).toBe(true);
      }
    });
  });

  it("has no labels on the links of six nodes", () => {
    expect(layOutGrid(mesh(6)).links.every((link) => link.label === undefined)).toBe(true);
  });

  it("has the first node at the top, a single one in the middle, and two side by side", () => {
    expect(layOutGrid(mesh(3)).nodes[0]).toMatchObject({ x: MAP_SIZE / 2 });
    expect(layOutGrid(mesh(3)).nodes[0]?.y).toBeLessThan(MAP_SIZE / 3);
    expect(layOutGrid(mesh(1)).nodes[0]).toMatchObject({ x: MAP_SIZE / 2, y: MAP_SIZE / 2 });
    const [left, right] = layOutGrid(mesh(2)).nodes;
    expect(left?.y).toBeCloseTo(right?.y ?? 0);
    expect(left?.x).toBeLessThan(right?.x ?? 0);
  });

  it("passes over a link to a node that it does not know", () => {
    const grid = { ...mesh(2), links: [{ from: 0, to: 9, up: true }] };
    expect(layOutGrid(grid).links).toHaveLength(0);
  });
});

describe("what is said of the grid", () => {
  it("counts who is alive and which links are up", () => {
    const grid = {
      nodes: [
        { node: 0, alive: true },
        { node: 1, alive: false },
      ],
      links: [{ from: 0, to: 1, up: false }],
    };
    expect(countGrid(grid)).toEqual({ nodes: 2, alive: 1, linksUp: 0 });
  });

  it("finds a link from either of its ends", () => {
    const grid = mesh(3);
    expect(linkBetween(grid, 2, 0)).toMatchObject({ from: 0, to: 2 });
    expect(linkBetween(grid, 0, 2)).toBe(linkBetween(grid, 2, 0));
    expect(linkBetween(grid, 0, 0)).toBeUndefined();
  });

  it.each([
    [0.4234, "0.42 ms"],
    [7.06, "7.1 ms"],
    [119.6, "120 ms"],
    [2345, "2.3 s"],
  ])("says a round trip of %f ms as %s", (ms, said) => {
    expect(sayRoundTrip(ms)).toBe(said);
  });
});
