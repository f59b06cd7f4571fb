/**
 * Where the map of the grid (ui/grid-map/GridMap.tsx) has its nodes, links and labels: a pure rule from what a node tells of the
 * grid to points in a square of MAP_SIZE units, good for 1 to 16 nodes, and drawn for more.
 *
 * Nodes stand on a circle, the first one at the top, clockwise by number. A link of which nobody tells is not drawn.
 */
import type { Grid } from "../../protocol/v1";

export const MAP_SIZE = 320;

/** With more nodes the round trips stand in the table alone: the map would have no room for them. */
const MOST_WITH_LABELS = 5;

const LABEL_HEIGHT = 11;
const MARGIN = 6;

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedNode extends Point {
  readonly node: number;
  readonly alive: boolean;
  /** The base line of a short text beside it, on the side that looks away from the middle. */
  readonly label: Point;
}

export interface PlacedLink {
  readonly from: number;
  readonly to: number;
  readonly up: boolean;
  readonly roundTripMs: number | undefined;
  /** On the edges of the two nodes. */
  readonly begin: Point;
  readonly end: Point;
  /** The middle of the round trip's label; undefined: no room for it. */
  readonly label: Point | undefined;
}

export interface GridLayout {
  readonly nodes: readonly PlacedNode[];
  readonly links: readonly PlacedLink[];
  readonly nodeRadius: number;
  /** What of the square's height is used, labels included. */
  readonly top: number;
  readonly height: number;
}

export function layOutGrid(grid: Pick<Grid, "nodes" | "links">): GridLayout {
  const count = grid.nodes.length;
  const nodeRadius = count <= 6 ? 24 : count <= 10 ? 19 : 14;
  const circle = count <= 1 ? 0 : MAP_SIZE / 2 - nodeRadius - 20;
  const nodes = grid.nodes.map((node, place): PlacedNode => {
    const at = onCircle(place, count, circle);
    const above = at.y < MAP_SIZE / 2 - 1;
    return {
      node: node.node,
      alive: node.alive,
      ...at,
      label: { x: at.x, y: above ? at.y - nodeRadius - 9 : at.y + nodeRadius + 17 },
    };
  });
  const places = new Map(nodes.map((node, place) => [node.node, { ...node, place }]));
  const links = grid.links.flatMap((link): PlacedLink[] => {
    const from = places.get(link.from);
    const to = places.get(link.to);
    if (from === undefined || to === undefined || from === to) return [];
    const [first, second] = from.place < to.place ? [from, to] : [to, from];
    return [
      {
        from: first.node,
        to: second.node,
        up: link.up,
        roundTripMs: link.round_trip_ms,
        begin: towards(first, second, nodeRadius),
        end: towards(second, first, nodeRadius),
        label: count <= MOST_WITH_LABELS ? labelOf(first, second) : undefined,
      },
    ];
  });
  const highest = Math.min(
    ...nodes.map((node) => Math.min(node.y - nodeRadius, node.label.y - LABEL_HEIGHT)),
  );
  const lowest = Math.max(...nodes.map((node) => Math.max(node.y + nodeRadius, node.label.y)));
  const top = count === 0 ? 0 : highest - MARGIN;
  return { nodes, links, nodeRadius, top, height: count === 0 ? MAP_SIZE : lowest + MARGIN - top };
}

function onCircle(place: number, count: number, radius: number): Point {
  // Two stand side by side: that is how one draws a pair.
  const turn = place / Math.max(count, 1) - (count === 2 ? 0.5 : 0.25);
  return {
    x: MAP_SIZE / 2 + radius * Math.cos(2 * Math.PI * turn),
    y: MAP_SIZE / 2 + radius * Math.sin(2 * Math.PI * turn),
  };
}

function between(from: Point, to: Point, share: number): Point {
  return { x: from.x + (to.x - from.x) * share, y: from.y + (to.y - from.y) * share };
}

function towards(from: Point, to: Point, distance: number): Point {
  const length = Math.hypot(to.x - from.x, to.y - from.y);
  return length === 0 ? from : between(from, to, distance / length);
}

/** In the middle of the link, or off it where another link crosses just there: the middle of the map, of four nodes. */
function labelOf(from: Point, to: Point): Point {
  const middle = between(from, to, 0.5);
  const centre = MAP_SIZE / 2;
  const crosses = Math.hypot(middle.x - centre, middle.y - centre) < 1 && Math.abs(from.y - to.y) > 1;
  return crosses || from.x === to.x ? between(from, to, 0.32) : middle;
}

export interface GridFigures {
  readonly nodes: number;
  readonly alive: number;
  readonly linksUp: number;
}

export function countGrid(grid: Pick<Grid, "nodes" | "links">): GridFigures {
  return {
    nodes: grid.nodes.length,
    alive: grid.nodes.filter((node) => node.alive).length,
    linksUp: grid.links.filter((link) => link.up).length,
  };
}

/** As one says it: "0.42 ms", "7.1 ms", "120 ms", "2.3 s". */
export function sayRoundTrip(ms: number): string {
  if (ms >= 1000) return `${(ms / 1000).toFixed(1)} s`;
  return `${ms < 1 ? ms.toFixed(2) : ms < 10 ? ms.toFixed(1) : ms.toFixed(0)} ms`;
}

/** The link between two nodes, whichever end tells of it. */
export function linkBetween(
  grid: Pick<Grid, "links">,
  one: number,
  other: number,
): Grid["links"][number] | undefined {
  return grid.links.find(
    (link) => (link.from === one && link.to === other) || (link.from === other && link.to === one),
  );
}
