/**
 * The grid in words and numbers: its nodes as seen from one of them, and what is still owed between which.
 */
import type { ReactElement } from "react";
import type { Grid, GridNode } from "../../protocol/v1";
import { linkBetween, sayRoundTrip } from "./grid-layout";
import "./GridTables.css";

interface NodesProps {
  readonly grid: Grid;
  /** The node that one is connected to; undefined: none. */
  readonly here: number | undefined;
  /** The node from which links are looked at. */
  readonly from: number;
  readonly lookFrom: (node: number) => void;
}

function sayLink(grid: Grid, from: number, to: number): string {
  if (from === to) return "–";
  const link = linkBetween(grid, from, to);
  if (link === undefined) return "not told";
  if (!link.up) return "down";
  return link.round_trip_ms === undefined ? "up" : sayRoundTrip(link.round_trip_ms);
}

function NodeRow({
  node,
  grid,
  here,
  from,
  lookFrom,
}: NodesProps & { readonly node: GridNode }): ReactElement {
  return (
    <tr>
      <th scope="row">
        <button
          type="button"
          className="GridTables-node"
          aria-pressed={node.node === from}
          onClick={() => {
            lookFrom(node.node);
          }}
        >
          Node {node.node}
        </button>{" "}
        {node.node === here && <span className="GridTables-mark">you are here</span>}{" "}
        {node.node === grid.home && <span className="GridTables-mark">your home</span>}
      </th>
      <td className={node.alive ? "GridTables-alive" : "GridTables-gone"}>{node.alive ? "alive" : "gone"}</td>
      <td className="GridTables-number">{sayLink(grid, from, node.node)}</td>
    </tr>
  );
}

export function NodesTable(props: NodesProps): ReactElement {
  return (
    <table className="GridTables" aria-label="Nodes">
      <thead>
        <tr>
          <th scope="col">Node</th>
          <th scope="col">State</th>
          <th scope="col" className="GridTables-number">
            Link from {props.from}
          </th>
        </tr>
      </thead>
      <tbody>
        {props.grid.nodes.map((node) => (
          <NodeRow key={node.node} node={node} {...props} />
        ))}
      </tbody>
    </table>
  );
}

export function OwedTable({ grid }: { readonly grid: Grid }): ReactElement {
  return (
    <table className="GridTables" aria-label="Owed">
      <thead>
        <tr>
          <th scope="col">From</th>
          <th scope="col">To</th>
          <th scope="col" className="GridTables-number">
            Deliveries
          </th>
        </tr>
      </thead>
      <tbody>
        {grid.owed.length === 0 && (
          <tr>
            <td colSpan={3} className="GridTables-nothing">
              {grid.partial === true ? "Nothing that is known of." : "Nothing: everything is delivered."}
            </td>
          </tr>
        )}
        {grid.owed.map((owed) => (
          <tr key={`${String(owed.from_node)}-${String(owed.to_node)}`}>
            <td>Node {owed.from_node}</td>
            <td>Node {owed.to_node}</td>
            <td className="GridTables-number">{owed.rows.toLocaleString("en")}</td>
          </tr>
        ))}
      </tbody>
    </table>
  );
}
