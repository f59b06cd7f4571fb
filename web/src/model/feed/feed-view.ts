/** A feed as the pages see it: its log, with one's own unconfirmed wishes laid over it. Pure. */
import type { Buzz } from "../../protocol/v1";
import { MOST_WAITING } from "../buzzer";
import type { FeedState, Refusal } from "../buzzer";
import type { BuzzStore } from "../buzz-store";
import type { FeedLog } from "./feed-state";

const MOST_AUTHORS = 3;

export function feedView(
  { shown, waiting, cut }: FeedLog,
  store: Pick<BuzzStore, "anyWishes" | "view">,
  rest: Pick<FeedState, "status" | "older" | "newer"> & { readonly problem: Refusal | undefined },
): FeedState {
  const { problem, ...others } = rest;
  const buzzes = store.anyWishes
    ? shown.map((buzz) => store.view(buzz)).filter((buzz) => buzz.deleted !== true)
    : shown;
  return {
    ...others,
    ...(problem === undefined ? {} : { problem }),
    buzzes,
    waiting: cut === true ? MOST_WAITING : waiting.length,
    waitingAuthors: newestAuthors(waiting),
  };
}

function newestAuthors(waiting: readonly Buzz[]): readonly string[] {
  const names = new Set<string>();
  for (const { author } of waiting) {
    names.add(author);
    if (names.size === MOST_AUTHORS) break;
  }
  return [...names];
}
