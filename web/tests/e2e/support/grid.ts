/**
 * A real grid of three nodes, started by the same program as scripts/up.sh and ended by killall.sh: one for each
 * worker, so that a test may kill nodes without another one noticing. A test that has killed or frozen a node need not
 * mend it: heal() is called after each test.
 */
import { execFile } from "node:child_process";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import type { Grid as GridState } from "../../../src/protocol/v1";
import { NodeProcess } from "./node-process";
import { NODE_PROGRAM, ROOT, RUN, WEB_ROOT } from "./paths";
import { waitFor } from "./wait";

const run = promisify(execFile);
const FIRST_CLIENT_PORT = 128; // within a grid's block of ports: master/ports.py

export class Grid {
  private constructor(
    private readonly folder: string,
    readonly ports: readonly number[],
    private readonly nodes: readonly NodeProcess[],
  ) {}

  static async start(name: string, size = 3): Promise<Grid> {
    const environment = { ...process.env, BUZZER_NODE_TEST_CHEAP_PASSWORDS: "true" };
    const words = ["-m", "master.up", String(size), "--detach", "--fresh", "--yes", "--grid", name];
    words.push("--ports", "auto", "--run-folder", RUN, "--binary", NODE_PROGRAM, "--web-root", WEB_ROOT);
    await run("python3", words, { cwd: ROOT, env: environment });
    const folder = join(RUN, name);
    const kept = JSON.parse(readFileSync(join(folder, "grid.json"), "utf8")) as { ports: number };
    const numbers = Array.from({ length: size }, (_, node) => node);
    return new Grid(
      folder,
      numbers.map((node) => kept.ports + FIRST_CLIENT_PORT + node),
      numbers.map((node) => new NodeProcess(join(folder, `node-${String(node)}`), environment)),
    );
  }

  async stop(): Promise<void> {
    for (const node of this.nodes) if (node.running) node.thaw();
    await run(join(ROOT, "killall.sh"), [this.folder]);
  }

  port(node: number): number {
    const port = this.ports[node];
    if (port === undefined) throw new Error(`there is no node ${String(node)}`);
    return port;
  }

  url(node: number, path = "/"): string {
    return `http://127.0.0.1:${String(this.port(node))}${path}`;
  }

  node(node: number): NodeProcess {
    const process = this.nodes[node];
    if (process === undefined) throw new Error(`there is no node ${String(node)}`);
    return process;
  }

  /** Returns when the others know that it is gone. */
  async kill(node: number): Promise<void> {
    await this.node(node).kill();
    await waitFor(`node ${String(node)} to be missed`, async () => {
      const seen = await this.seenBy(
        this.ports.findIndex((_, other) => other !== node && this.node(other).running),
      );
      return seen?.nodes.some((one) => one.node === node && one.alive) === false ? true : undefined;
    });
  }

  /** All run, and see each other, again. */
  async heal(): Promise<void> {
    const broken = this.nodes.filter((node) => !node.running);
    for (const node of this.nodes) if (node.running) node.thaw();
    await Promise.all(broken.map((node) => node.start()));
    await waitFor("the grid to be whole", async () => {
      const seen = await Promise.all(this.ports.map((_, node) => this.seenBy(node)));
      return seen.every((grid) => grid?.nodes.every((node) => node.alive)) ? true : undefined;
    });
    await Promise.all(
      this.ports.map((_, node) =>
        waitFor(`node ${String(node)} to be ready`, async () =>
          (await this.ready(node)) ? true : undefined,
        ),
      ),
    );
  }

  /** Undefined: it does not answer. */
  private async seenBy(node: number): Promise<GridState | undefined> {
    try {
      const answer = await fetch(this.url(node, "/api/v1/grid"), { signal: AbortSignal.timeout(1000) });
      return (await answer.json()) as GridState;
    } catch {
      return undefined;
    }
  }

  private async ready(node: number): Promise<boolean> {
    try {
      return (await fetch(this.url(node, "/readyz"), { signal: AbortSignal.timeout(1000) })).ok;
    } catch {
      return false;
    }
  }
}
