/** The value of a Readable in a component, drawn anew with each change. */
import { useCallback, useSyncExternalStore } from "react";
import type { Readable } from "../../base/cell";

export function useReadable<T>(readable: Readable<T>): T {
  const watch = useCallback((changed: () => void) => readable.watch(changed), [readable]);
  const get = useCallback(() => readable.get(), [readable]);
  return useSyncExternalStore(watch, get);
}
