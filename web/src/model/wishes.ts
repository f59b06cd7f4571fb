/**
 * Changes of what is there: edits, deletes, follows. Shown at once, laid over what the grid has said; taken back with a
 * notice if it refuses, or if nobody can say in time what became of it.
 */
import type { Cell } from "../base/cell";
import { randomKey } from "../base/random-key";
import type { Buzz } from "../protocol/v1";
import { REQUEST_TIMEOUT_MS } from "./buzzer";
import { tombstone } from "./buzz-store";
import type { Notices } from "./notices";
import type { Parts } from "./parts";
import { refusalOf } from "./problem-texts";

export class Wishes {
  constructor(
    private readonly parts: Parts,
    private readonly followed: Cell<ReadonlySet<string> | undefined>,
    private readonly notices: Notices,
  ) {}

  async edit(buzz: Buzz, text: string): Promise<void> {
    const look: Buzz = { ...buzz, text, entities: [], edited: new Date().toISOString() };
    const asMe = this.parts.asMe();
    await this.over(look, async () => {
      const wish = { type: "edit", buzz_id: buzz.id, text, ...freshKey() } as const;
      const { version } = await this.parts.asker.ask(wish, asMe, REQUEST_TIMEOUT_MS);
      // What it means, only the grid can say: its entities are there before the wish goes away.
      if ((this.parts.store.get(buzz.id)?.version ?? 0) >= version) return;
      const question = { type: "get_buzz", buzz_id: buzz.id } as const;
      await this.parts.asker.ask(question, "anyone", REQUEST_TIMEOUT_MS).then(
        (answer) => this.parts.store.accept([answer.buzz]),
        () => this.parts.store.accept([{ ...look, version }]),
      );
    });
  }

  async remove(buzz: Buzz): Promise<void> {
    const asMe = this.parts.asMe();
    await this.over(tombstone(buzz, buzz.version), async () => {
      const wish = { type: "delete", buzz_id: buzz.id, ...freshKey() } as const;
      const { version } = await this.parts.asker.ask(wish, asMe, REQUEST_TIMEOUT_MS);
      this.parts.store.accept([tombstone(buzz, version)]);
    });
  }

  follow(name: string): Promise<void> {
    return this.changeFollowed(name, "follow");
  }

  unfollow(name: string): Promise<void> {
    return this.changeFollowed(name, "unfollow");
  }

  private async changeFollowed(name: string, type: "follow" | "unfollow"): Promise<void> {
    const key = name.toLowerCase();
    const me = this.parts.me();
    const isStillMe = (): boolean => this.parts.me() === me;
    const was = this.followed.get()?.has(key);
    const put = (isIn: boolean): void =>
      this.followed.update((names) => (names === undefined ? names : withOrWithout(names, key, isIn)));
    put(type === "follow");
    try {
      await this.parts.asker.ask({ type, name, ...freshKey() }, this.parts.asMe(), REQUEST_TIMEOUT_MS);
      const kind = type === "follow" ? "followed" : "unfollowed";
      if (me !== undefined) this.parts.followChanged({ kind, follower: me, author: name });
    } catch (thrown) {
      if (was !== undefined && isStillMe()) put(was);
      throw this.refused(thrown);
    }
  }

  private async over(look: Buzz, work: () => Promise<void>): Promise<void> {
    const { store } = this.parts;
    store.wish(look);
    try {
      await work();
    } catch (thrown) {
      throw this.refused(thrown);
    } finally {
      store.unwish(look);
    }
  }

  private refused(thrown: unknown): Error {
    const refusal = refusalOf(thrown);
    this.notices.notify(refusal.message, "error");
    return refusal;
  }
}

export function withOrWithout(names: ReadonlySet<string>, name: string, isIn: boolean): ReadonlySet<string> {
  if (names.has(name) === isIn) return names;
  const changed = new Set(names);
  if (isIn) changed.add(name);
  else changed.delete(name);
  return changed;
}

function freshKey(): { readonly key: string; readonly key_created: string } {
  return { key: randomKey(), key_created: new Date().toISOString() };
}
