/** What a thread holds, as a value, and what becomes of it: pure. */
import type { Buzz, BuzzId } from "../../protocol/v1";
import { compareIds } from "../buzz-order";

export interface ThreadLog {
  /** From the root down to the one asked for. */
  readonly path: readonly Buzz[];
  /** Below the one asked for, oldest first. Deleted ones too. */
  readonly replies: readonly Buzz[];
}

export const EMPTY_THREAD: ThreadLog = { path: [], replies: [] };

/** With further replies, each once at its highest version. */
export function withReplies({ path, replies }: ThreadLog, more: readonly Buzz[]): ThreadLog {
  const all = new Map(replies.map((buzz) => [buzz.id, buzz]));
  for (const buzz of more) {
    const known = all.get(buzz.id);
    if (known === undefined || buzz.version > known.version) all.set(buzz.id, buzz);
  }
  return { path, replies: [...all.values()].sort((a, b) => compareIds(a.id, b.id)) };
}

/** Of those that were told live: the ones below `id`. What replies to something unknown is not known to be. */
export function below(log: ThreadLog, id: BuzzId, told: readonly Buzz[]): readonly Buzz[] {
  const isRoot = log.path.length === 1;
  const known = new Set([id, ...log.replies.map((buzz) => buzz.id)]);
  const found: Buzz[] = [];
  for (const buzz of [...told].sort((a, b) => compareIds(a.id, b.id))) {
    if (buzz.in_reply_to === undefined || log.path.some((other) => other.id === buzz.id)) continue;
    if (!isRoot && !known.has(buzz.in_reply_to)) continue;
    known.add(buzz.id);
    found.push(buzz);
  }
  return found;
}

/** With newer versions of those that are in it. The same log if nothing changes. */
export function withThreadVersions(log: ThreadLog, newer: readonly Buzz[]): ThreadLog {
  const versions = new Map(newer.map((buzz) => [buzz.id, buzz]));
  const renew = (list: readonly Buzz[]): readonly Buzz[] => {
    const isOld = (buzz: Buzz): boolean => (versions.get(buzz.id)?.version ?? 0) > buzz.version;
    return list.some(isOld)
      ? list.map((buzz) => (isOld(buzz) ? (versions.get(buzz.id) ?? buzz) : buzz))
      : list;
  };
  const [path, replies] = [renew(log.path), renew(log.replies)];
  return path === log.path && replies === log.replies ? log : { path, replies };
}

/** Without deleted ones that nothing shown replies to. */
export function pruned(replies: readonly Buzz[]): readonly Buzz[] {
  const answered = new Set<BuzzId>();
  const kept: Buzz[] = [];
  for (let at = replies.length - 1; at >= 0; at--) {
    const buzz = replies[at];
    if (buzz === undefined || (buzz.deleted === true && !answered.has(buzz.id))) continue;
    if (buzz.in_reply_to !== undefined) answered.add(buzz.in_reply_to);
    kept.push(buzz);
  }
  return kept.reverse();
}
