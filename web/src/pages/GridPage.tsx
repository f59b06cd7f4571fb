/**
 * The grid, live: its nodes and links as a map and a table, where one is connected and at home, what the node does each
 * second, and what is owed to whom. A guest is told who is alive and linked; the rest by grids that show it to everybody.
 */
import { useEffect, useState } from "react";
import type { ReactElement } from "react";
import type { Grid } from "../protocol/v1";
import { useBuzzer } from "../ui/hooks/buzzer-context";
import { countGrid } from "../ui/grid-map/grid-layout";
import { GridMap } from "../ui/grid-map/GridMap";
import { GridRates } from "../ui/grid-map/GridRates";
import { NodesTable, OwedTable } from "../ui/grid-map/GridTables";
import { PageHeader } from "../ui/common/PageHeader";
import { useReadable } from "../ui/hooks/use-readable";
import "./GridPage.css";

function Summary({ grid, stale }: { readonly grid: Grid; readonly stale: boolean }): ReactElement {
  if (stale)
    return (
      <p className="GridPage-summary GridPage-summary--stale">How it was when it could last be asked.</p>
    );
  const { nodes, alive } = countGrid(grid);
  const down = grid.links.filter((link) => !link.up).length;
  const well = alive === nodes && down === 0;
  const gone = nodes - alive;
  const parts = [
    ...(gone > 0 ? [`${String(gone)} of ${String(nodes)} nodes ${gone === 1 ? "is" : "are"} gone`] : []),
    ...(down > 0 ? [`${String(down)} ${down === 1 ? "link is" : "links are"} down`] : []),
  ];
  return (
    <p className={well ? "GridPage-summary" : "GridPage-summary GridPage-summary--trouble"}>
      {well ? "All nodes alive, all links up." : `${parts.join(", ")}.`}
    </p>
  );
}

function Told({ grid }: { readonly grid: Grid }): ReactElement {
  const buzzer = useBuzzer();
  const connection = useReadable(buzzer.connection);
  const account = useReadable(buzzer.account);
  const isOffline = connection.status === "offline";
  const stale = useReadable(buzzer.grid.stale) || isOffline;
  const here = isOffline ? undefined : (connection.node ?? grid.node);
  const [chosen, setChosen] = useState<number>();
  const from = chosen ?? here ?? grid.node;
  const secret = account.status === "guest" && grid.rates === undefined;
  return (
    <div className={stale ? "GridPage GridPage--stale" : "GridPage"}>
      <section className="GridPage-map" aria-label="Map">
        <GridMap grid={grid} here={here} from={from} />
        <Summary grid={grid} stale={stale} />
      </section>
      <section className="GridPage-part" aria-labelledby="GridPage-nodes">
        <h2 id="GridPage-nodes">Nodes</h2>
        <NodesTable grid={grid} here={here} from={from} lookFrom={setChosen} />
      </section>
      {secret ? (
        <p className="GridPage-note">
          Round trips, traffic and what is owed between the nodes are shown to who is logged in.
        </p>
      ) : (
        <>
          <section className="GridPage-part" aria-labelledby="GridPage-rates">
            <h2 id="GridPage-rates">Traffic of node {grid.node}</h2>
            <GridRates rates={grid.rates} />
          </section>
          <section className="GridPage-part" aria-labelledby="GridPage-owed">
            <h2 id="GridPage-owed">Owed</h2>
            <p className="GridPage-note">
              What one node has still to deliver to another, kept on disk until it has arrived.
              {grid.partial === true && " Not every node has said what it owes."}
            </p>
            <OwedTable grid={grid} />
          </section>
        </>
      )}
    </div>
  );
}

export default function GridPage(): ReactElement {
  const buzzer = useBuzzer();
  const grid = useReadable(buzzer.grid.state);
  const stale = useReadable(buzzer.grid.stale);
  useEffect(() => buzzer.grid.open(), [buzzer]);
  return (
    <>
      <PageHeader title="Grid" />
      {grid === undefined ? (
        <p className="GridPage-asking" role="status">
          {stale ? "The grid does not answer. Asking again …" : "Asking the grid …"}
        </p>
      ) : (
        <Told grid={grid} />
      )}
    </>
  );
}
