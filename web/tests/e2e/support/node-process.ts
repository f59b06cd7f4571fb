/**
 * A node's process, found by its pid file and never by name: killed, frozen, and started again as it was before.
 * The pid file holds the pid and the start time, so that a pid that was given to another process is not taken for it.
 */
import { spawn } from "node:child_process";
import { openSync, closeSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { ROOT } from "./paths";
import { waitFor } from "./wait";

interface Known {
  readonly pid: number;
  readonly start: string;
}

export class NodeProcess {
  private command: readonly string[] = [];

  constructor(
    private readonly folder: string,
    private readonly environment: NodeJS.ProcessEnv,
  ) {
    this.remember();
  }

  get running(): boolean {
    return this.read() !== undefined;
  }

  /** SIGKILL; returns when it is gone. */
  async kill(): Promise<void> {
    this.signal("SIGKILL");
    await waitFor("a killed node to be gone", () => (this.running ? undefined : true));
  }

  freeze(): void {
    this.signal("SIGSTOP");
  }

  thaw(): void {
    this.signal("SIGCONT");
  }

  /** With the command line that it had. Returns when its process is there; whether it serves is for others to ask. */
  async start(): Promise<void> {
    const [program, ...words] = this.command;
    if (program === undefined) throw new Error("no command line is known");
    const log = openSync(join(this.folder, "node.log"), "a");
    const stdio = ["ignore", log, log] as const;
    spawn(program, words, { cwd: ROOT, env: this.environment, detached: true, stdio: [...stdio] }).unref();
    closeSync(log);
    await waitFor("a started node to write its pid", () => (this.running ? true : undefined));
    this.remember();
  }

  private remember(): void {
    const known = this.read();
    if (known === undefined) throw new Error(`no node runs in ${this.folder}`);
    this.command = readFileSync(`/proc/${String(known.pid)}/cmdline`, "utf8")
      .split("\0")
      .slice(0, -1);
  }

  private signal(name: NodeJS.Signals): void {
    const known = this.read();
    if (known === undefined) throw new Error(`no node runs in ${this.folder}`);
    process.kill(known.pid, name);
  }

  private read(): Known | undefined {
    try {
      const [pid = "", start = ""] = readFileSync(join(this.folder, "pid"), "utf8").trim().split(" ");
      const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
      const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
      return fields[19] === start && fields[0] !== "Z" ? { pid: Number(pid), start } : undefined;
    } catch {
      return undefined;
    }
  }
}
