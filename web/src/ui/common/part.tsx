/**
 * A part of the client that is fetched when it is needed, or at rest (fetchParts), so that it is there when the node
 * that it comes from is not. What could not be fetched is tried again every RETRY_MS while it is wanted: nothing else of
 * the page suffers, as it would from React's lazy(), which throws and remembers the failure.
 */
import { useEffect, useState, type ComponentType, type ReactNode } from "react";

const RETRY_MS = 1_500;

interface Meanwhile {
  /** While it is fetched for the first time. */
  readonly waiting?: ReactNode;
  /** Between the tries, if that did not work. */
  readonly failed?: ReactNode;
}

const all: (() => Promise<unknown>)[] = [];
let atRest = false;

export function part<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
  { waiting = null, failed = waiting }: Meanwhile = {},
): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  const fetchIt = async (): Promise<ComponentType<Props>> => {
    loaded ??= (await load()).default;
    return loaded;
  };
  if (atRest) void Promise.allSettled([fetchIt()]);
  else all.push(fetchIt);
  return function Part(props: Props) {
    const [Fetched, setFetched] = useState(() => loaded);
    const [tries, setTries] = useState(0);
    const missing = Fetched === undefined;
    useEffect(() => {
      if (!missing) return;
      let wanted = true;
      let timer: ReturnType<typeof setTimeout> | undefined;
      fetchIt().then(
        (component) => {
          if (wanted) setFetched(() => component);
        },
        () => {
          if (!wanted) return;
          timer = setTimeout(() => {
            setTries(tries + 1);
          }, RETRY_MS);
        },
      );
      return () => {
        wanted = false;
        clearTimeout(timer);
      };
    }, [missing, tries]);
    if (Fetched !== undefined) return <Fetched {...props} />;
    return tries === 0 ? waiting : failed;
  };
}

/** Fetches all parts, and the parts of parts, once the browser has nothing better to do. */
export function fetchParts(): void {
  const fetchThem = (): void => {
    atRest = true;
    void Promise.allSettled(all.map((fetchOne) => fetchOne()));
  };
  // Safari has no requestIdleCallback.
  if (typeof requestIdleCallback === "function") requestIdleCallback(fetchThem, { timeout: 2_000 });
  else setTimeout(fetchThem, 500);
}
