/**
 * The grid as a drawing: its nodes on a circle, who is alive, the links between them with their round trips, where one
 * is connected and where one's home is. What it shows stands in the page's tables too, so that it is one image to who
 * cannot see it. ui/grid-map/grid-layout.ts says where things are; GridMap.css what they look like, and what moves.
 */
import type { ReactElement } from "react";
import type { Grid } from "../../protocol/v1";
import { countGrid, layOutGrid, MAP_SIZE, sayRoundTrip } from "./grid-layout";
import type { PlacedLink, PlacedNode } from "./grid-layout";
import "./GridMap.css";

/** With more nodes only the links of the one that is looked from are drawn to be read; the others stand back. */
const MOST_WITH_ALL_LINKS = 6;

/** How wide a letter of a round trip is, about. */
const TRIP_LETTER = 5.4;

interface Props {
  readonly grid: Grid;
  /** The node that one is connected to; undefined: none. */
  readonly here: number | undefined;
  /** The node whose links are looked at. */
  readonly from: number;
}

function Link({ link, faint }: { readonly link: PlacedLink; readonly faint: boolean }): ReactElement {
  const { begin, end } = link;
  const line = { x1: begin.x, y1: begin.y, x2: end.x, y2: end.y };
  const state = link.up ? "GridMap-link--up" : "GridMap-link--down";
  return (
    <g className={faint ? "GridMap-link GridMap-link--faint" : "GridMap-link"}>
      <line className={state} {...line} />
      {link.up && !faint && <line className="GridMap-pulse" pathLength={100} {...line} />}
    </g>
  );
}

/** Drawn after all links, so that none runs through it. */
function Trip({ link: { label, up, roundTripMs } }: { readonly link: PlacedLink }): ReactElement | null {
  if (label === undefined || (up && roundTripMs === undefined)) return null;
  const text = up && roundTripMs !== undefined ? sayRoundTrip(roundTripMs) : "down";
  const width = text.length * TRIP_LETTER + 6;
  return (
    <>
      <rect
        className="GridMap-gap"
        x={label.x - width / 2}
        y={label.y - 7}
        width={width}
        height={14}
        rx={7}
      />
      <text className="GridMap-trip" x={label.x} y={label.y + 3.5}>
        {text}
      </text>
    </>
  );
}

function Node({
  node,
  radius,
  here,
  home,
}: {
  readonly node: PlacedNode;
  readonly radius: number;
  readonly here: boolean;
  readonly home: boolean;
}): ReactElement {
  const marks = [...(node.alive ? [] : ["gone"]), ...(here ? ["you"] : []), ...(home ? ["home"] : [])];
  const classes = ["GridMap-node", ...(node.alive ? [] : ["GridMap-node--gone"])].join(" ");
  return (
    <g className={classes}>
      {here && <circle className="GridMap-here" cx={node.x} cy={node.y} r={radius + 4.5} />}
      <circle className="GridMap-disc" cx={node.x} cy={node.y} r={radius} />
      <text className="GridMap-number" x={node.x} y={node.y + radius * 0.25} fontSize={radius * 0.72}>
        {node.node}
      </text>
      <text className="GridMap-mark" x={node.label.x} y={node.label.y}>
        {marks.join(" · ")}
      </text>
    </g>
  );
}

export function GridMap({ grid, here, from }: Props): ReactElement {
  const { nodes, links, nodeRadius, top, height } = layOutGrid(grid);
  const figures = countGrid(grid);
  const all = nodes.length <= MOST_WITH_ALL_LINKS;
  const isFaint = (link: PlacedLink): boolean => !all && link.from !== from && link.to !== from;
  const name =
    `Map of the grid: ${String(figures.alive)} of ${String(figures.nodes)} ` +
    `${figures.nodes === 1 ? "node" : "nodes"} alive, ${String(figures.linksUp)} ` +
    `${figures.linksUp === 1 ? "link" : "links"} up`;
  // What stands back is drawn first.
  const drawn = [...links].sort((one, other) => Number(isFaint(other)) - Number(isFaint(one)));
  return (
    <svg
      className="GridMap"
      viewBox={`0 ${top.toFixed(1)} ${String(MAP_SIZE)} ${height.toFixed(1)}`}
      role="img"
      aria-label={name}
    >
      {drawn.map((link) => (
        <Link key={`${String(link.from)}-${String(link.to)}`} link={link} faint={isFaint(link)} />
      ))}
      {links.map((link) => (
        <Trip key={`${String(link.from)}-${String(link.to)}`} link={link} />
      ))}
      {nodes.map((node) => (
        <Node
          key={node.node}
          node={node}
          radius={nodeRadius}
          here={node.node === here}
          home={node.node === grid.home}
        />
      ))}
    </svg>
  );
}
