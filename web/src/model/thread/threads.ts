/** The threads that are open, and the last few that were. */
import type { Buzz, BuzzId } from "../../protocol/v1";
import type { Parts } from "../parts";
import { GridThread } from "./thread-model";

const MOST_CLOSED = 20;

export class Threads {
  private readonly models = new Map<BuzzId, GridThread>();

  constructor(private readonly parts: Parts) {}

  get(id: BuzzId): GridThread {
    const model = this.models.get(id) ?? new GridThread(id, this.parts, () => this.prune());
    this.models.delete(id);
    this.models.set(id, model);
    return model;
  }

  posted(buzz: Buzz): void {
    for (const model of this.models.values()) model.posted(buzz);
  }

  release(): void {
    for (const model of this.models.values()) model.release();
  }

  /** Another one is logged in, or nobody. */
  forget(): void {
    this.prune(0);
  }

  private prune(most = MOST_CLOSED): void {
    const closed = [...this.models].filter(([, model]) => !model.isOpen);
    for (const [id, model] of closed.slice(0, Math.max(0, closed.length - most))) {
      model.dispose();
      this.models.delete(id);
    }
  }
}
