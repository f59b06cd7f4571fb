/**
 * Short messages; the oldest go first when there are many. Whoever shows them dismisses them after a while, and knows
 * whether they are being looked at (ui/common/Notices.tsx).
 */
import { Cell } from "../base/cell";
import type { Notice } from "./buzzer";

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
  }

  dismiss(id: number): void {
    this.list.update((notices) =>
      notices.some((notice) => notice.id === id) ? notices.filter((notice) => notice.id !== id) : notices,
    );
  }
}
