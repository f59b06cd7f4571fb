/**
 * A part of the client that is fetched when it is needed, or at rest (fetchParts), so that it is there when the node
 * that it comes from is not. What could not be fetched is tried again every RETRY_MS while it is wanted: nothing else of
 * the page suffers, as it would from React's lazy(), which throws and remembers the failure. Browsers do not (Chromium
 * did until HTML said otherwise, in 2026: there only a reload helps, which the page offers meanwhile).
 */
import { useEffect, useState, type ComponentType, type ReactNode } from "react";

const RETRY_MS = 1_500;

interface Meanwhile {
  /** While it is fetched for the first time. */
  readonly waiting?: ReactNode;
  /** Between the tries, if that did not work. */
  readonly failed?: ReactNode;
}

/** Styles that could not be fetched: import() asks for those of a part once and never again. */
const missingStyles = new Set<HTMLLinkElement>();
let fetchingStyles: Promise<unknown> = Promise.resolve();

const all: (() => Promise<unknown>)[] = [];
let atRest = false;

export function part<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
  { waiting = null, failed = waiting }: Meanwhile = {},
): ComponentType<Props> {
  let loaded: ComponentType<Props> | undefined;
  const fetchIt = async (): Promise<ComponentType<Props>> => {
    await fetchMissingStyles();
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

document.addEventListener(
  "error",
  ({ target }) => {
    if (target instanceof HTMLLinkElement && target.rel === "stylesheet") missingStyles.add(target);
  },
  // Such an event does not rise.
  true,
);

/** Rejects if one is still not to be had: then nothing is shown without it. */
function fetchMissingStyles(): Promise<unknown> {
  if (missingStyles.size > 0) {
    fetchingStyles = Promise.all([...missingStyles].map(fetchAgain));
    missingStyles.clear();
  }
  return fetchingStyles;
}

function fetchAgain(link: HTMLLinkElement): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const again = link.cloneNode() as HTMLLinkElement;
    again.onload = resolve;
    again.onerror = reject;
    link.replaceWith(again);
  });
}
