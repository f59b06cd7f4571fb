/** Short messages, each shown for a while; the oldest go first when there are many. */
import { Cell } from "../base/cell";
import type { Notice } from "./buzzer";

const SHOWN_MS: Record<Notice["kind"], number> = { done: 6_000, error: 15_000 };
const MOST = 4;

export class Notices {
  readonly list = new Cell<readonly Notice[]>([]);
  private lastId = 0;

  /** The same text again is the same message, shown anew. */
  notify(text: string, kind: Notice["kind"]): void {
    const id = ++this.lastId;
    this.list.update((notices) =>
      [...notices.filter((notice) => notice.text !== text || notice.kind !== kind), { id, text, kind }].slice(
        -MOST,
      ),
    );
    setTimeout(() => this.dismiss(id), SHOWN_MS[kind]);
  }

  dismiss(id: number): void {
    this.list.update((notices) =>
      notices.some((notice) => notice.id === id) ? notices.filter((notice) => notice.id !== id) : notices,
    );
  }
}
