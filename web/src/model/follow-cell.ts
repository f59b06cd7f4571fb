/** One cell that shows what another one has. */
import type { Cell, Readable } from "../base/cell";

/** Until what is returned is called. */
export function follow<T>(from: Readable<T>, to: Cell<T>): () => void {
  to.set(from.get());
  return from.watch(() => to.set(from.get()));
}
