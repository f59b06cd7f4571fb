/** What the pages show of the connection: pure. */
import type { Ready } from "../grid/asker";
import type { Connection } from "./buzzer";

/**
 * Online is who can use what is theirs: while nobody can say who one is, one is not. A connection that was ended at
 * our own wish, to make another one, is no loss (`failures` is 0 then).
 */
export function connectionStatus(before: Connection, failures: number, ready: Ready | undefined): Connection {
  const node = ready?.connection.node ?? before.node;
  const rest = node === undefined ? {} : { node };
  const isOnline = ready !== undefined && ready.who !== "unknown";
  const hasFailed = ready?.who === "unknown" || (ready === undefined && failures > 0);
  const status = isOnline ? "online" : hasFailed ? "offline" : before.status;
  return status === before.status && node === before.node ? before : { status, ...rest };
}
