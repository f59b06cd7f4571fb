/**
 * A list of buzzes, as long as one likes: only what can be seen is drawn. Scrolls with the window. Pages with a feed
 * use FeedView, which uses this.
 *
 * The position is stable: what is added above what is read does not move it, unless the very top is read; then it
 * shows at once. On Back, Forward and reload the list is found where it was left (use-list-place.ts).
 */
import { useCallback, useLayoutEffect, useMemo, useRef } from "react";
import { WindowVirtualizer, type WindowVirtualizerHandle } from "virtua";
import type { Buzz, OutgoingBuzz } from "../../model/buzzer";
import { BuzzCard, type BuzzCardProps } from "./BuzzCard";
import { OutgoingCard } from "./OutgoingCard";
import { changeAtStart } from "./list-change";
import { focusItem, useBuzzKeys } from "./use-buzz-keys";
import { useListPlace } from "../place/use-list-place";
import { part } from "../common/part";
import { useNear } from "../place/use-near";
import "./BuzzList.css";

const KeptFocus = part(() => import("./KeptFocus"));

export interface BuzzListProps {
  /** The accessible name of the feed. */
  name: string;
  /** In the order of the list. */
  buzzes: readonly Buzz[];
  /** One's own that are on their way, oldest first: at the start of the list, or at its end. */
  outgoing?: readonly OutgoingBuzz[];
  outgoingAt?: "start" | "end";
  /** How a buzz is shown; the same function as long as the answers are the same. */
  look?: (buzz: Buzz) => Pick<BuzzCardProps, "prominent" | "bound" | "replyTo">;
  /** The buzz that a list that is seen for the first time begins at. */
  beginAt?: string;
  /** Something is being read: for assistive technology. */
  busy?: boolean;
  /** More can be read below: asked for before the end is reached. Undefined: not now. */
  onNearEnd?: (() => void) | undefined;
  /** More can be read above. */
  onNearStart?: (() => void) | undefined;
  /** Counted up: what was added above is wanted now. The list goes to its top. */
  jump?: number;
}

type Item = Buzz | OutgoingBuzz;

const NONE: readonly OutgoingBuzz[] = [];
const PLAIN = (): Pick<BuzzCardProps, "prominent" | "bound" | "replyTo"> => ({});

export function BuzzList(props: BuzzListProps) {
  const { name, buzzes, outgoing = NONE, outgoingAt = "start", look = PLAIN, busy = false, jump = 0 } = props;
  const root = useRef<HTMLDivElement>(null);
  const list = useRef<WindowVirtualizerHandle>(null);
  const items = useMemo((): readonly Item[] => {
    if (outgoing.length === 0) return buzzes;
    return outgoingAt === "start" ? [...[...outgoing].reverse(), ...buzzes] : [...buzzes, ...outgoing];
  }, [buzzes, outgoing, outgoingAt]);
  const keys = useMemo(() => items.map(keyOf), [items]);

  const drawn = useRef({ keys, jump });
  const jumps = jump !== drawn.current.jump;
  const growing = props.onNearStart !== undefined;
  const shift =
    !jumps && changeAtStart(drawn.current.keys, keys) !== 0 && (growing || !isAtTop(root.current));
  useLayoutEffect(() => {
    drawn.current = { keys, jump };
    if (jumps) goToTop(root.current);
  }, [keys, jump, jumps]);

  const cache = useListPlace(keys, root, list, props.beginAt, props.onNearEnd);
  useBuzzKeys(root, list, keys);
  const end = useNear(items.length, props.onNearEnd);
  const start = useNear(items.length, props.onNearStart);
  const draw = useCallback(
    (item: Item, index: number) =>
      "key" in item ? (
        <OutgoingCard key={item.key} outgoing={item} position={index + 1} />
      ) : (
        <BuzzCard key={item.id} buzz={item} position={index + 1} {...look(item)} />
      ),
    [look],
  );
  return (
    <>
      <div ref={start} />
      <div ref={root} className="BuzzList" role="feed" aria-label={name} aria-busy={busy}>
        <WindowVirtualizer
          ref={list}
          data={items}
          shift={shift}
          bufferSize={600}
          {...(cache === undefined ? {} : { cache })}
        >
          {draw}
        </WindowVirtualizer>
      </div>
      <div ref={end} />
      <KeptFocus root={root} keys={keys} />
    </>
  );
}

export function keyOf(item: Item): string {
  return "key" in item ? item.key : item.id;
}

/** Nothing of the list is above the window: then there is nothing to be kept in its place. */
function isAtTop(root: HTMLElement | null): boolean {
  return root === null || root.getBoundingClientRect().top >= 0;
}

function goToTop(root: HTMLElement | null): void {
  const focused = document.activeElement;
  window.scrollTo(0, 0);
  // Whoever pressed the button for it has lost it: the focus goes on to the first buzz.
  if (focused === null || focused === document.body) focusItem(root, 0, { preventScroll: true });
}
