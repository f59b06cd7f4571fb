/**
 * What may be meant while a mention or topic is being typed. Users: whom one follows first, then whoever was seen
 * lately, then others that the grid knows. Topics: those seen lately, the most frequent first.
 */
import type { Asker } from "../grid/asker";
import type { Buzz } from "../protocol/v1";

export const MOST_SUGGESTED = 8;
const MOST_REMEMBERED = 500;
const ASK_MS = 2_000;

export class Suggestions {
  /** By lower case; the last seen is the last. */
  private readonly users = new Map<string, string>();
  private readonly topics = new Map<string, number>();

  constructor(
    private readonly asker: Asker,
    private readonly followed: () => ReadonlySet<string> | undefined,
    private readonly me: () => string | undefined,
  ) {}

  saw(buzzes: readonly Buzz[]): void {
    for (const { author, entities } of buzzes) {
      remember(this.users, author.toLowerCase(), author);
      for (const { kind, value } of entities) {
        if (kind === "topic") remember(this.topics, value, (this.topics.get(value) ?? 0) + 1);
      }
    }
  }

  /** Another one is at the keyboard. */
  clear(): void {
    this.users.clear();
    this.topics.clear();
  }

  async suggestUsers(prefix: string): Promise<readonly string[]> {
    const wanted = prefix.toLowerCase();
    if (!/^[a-z0-9_]{0,30}$/.test(wanted)) return [];
    const seen = [...this.users].reverse();
    const followed = this.followed() ?? new Set<string>();
    const names = [
      ...seen.filter(([key]) => followed.has(key)),
      ...[...followed].sort().map((key) => [key, this.users.get(key) ?? key] as const),
      ...seen,
    ];
    const found = new Map(names.filter(([key]) => key.startsWith(wanted) && key !== this.me()));
    if (wanted !== "" && found.size < MOST_SUGGESTED) {
      const wish = { type: "get_users", prefix: wanted, limit: MOST_SUGGESTED + 1 } as const;
      const answer = await this.asker.ask(wish, "anyone", ASK_MS).catch(() => undefined);
      for (const { name } of answer?.users ?? []) {
        const key = name.toLowerCase();
        if (!found.has(key) && key !== this.me()) found.set(key, name);
      }
    }
    return [...found.values()].slice(0, MOST_SUGGESTED);
  }

  suggestTopics(prefix: string): readonly string[] {
    const wanted = prefix.normalize("NFKC").toLowerCase();
    return [...this.topics]
      .reverse()
      .filter(([topic]) => topic.startsWith(wanted))
      .sort(([, a], [, b]) => b - a)
      .slice(0, MOST_SUGGESTED)
      .map(([topic]) => topic);
  }
}

function remember<V>(map: Map<string, V>, key: string, value: V): void {
  map.delete(key);
  map.set(key, value);
  const [oldest] = map.keys();
  if (map.size > MOST_REMEMBERED && oldest !== undefined) map.delete(oldest);
}
