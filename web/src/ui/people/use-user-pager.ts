/**
 * The pager of a list of users. Kept for the entry of the history that shows it, so that Back finds the list as far as it
 * was read; who comes to the page anew reads it anew. At most MAX_KEPT; the oldest go first.
 */
import { useMemo } from "react";
import type { Buzzer, WithoutId } from "../../model/buzzer";
import type { GetFolloweesRequest, GetFollowersRequest, GetUsersRequest } from "../../protocol/v1";
import { useBuzzer } from "../hooks/buzzer-context";
import { historyEntry } from "../place/history-entry";
import { UserPager } from "./user-pager";

const MAX_KEPT = 10;
const PAGE = 50;

export type UsersQuestion = WithoutId<GetUsersRequest | GetFollowersRequest | GetFolloweesRequest>;

const kept = new WeakMap<Buzzer, Map<string, UserPager>>();

function pagerOf(buzzer: Buzzer, question: UsersQuestion, key: string): UserPager {
  const pagers = kept.get(buzzer) ?? new Map<string, UserPager>();
  kept.set(buzzer, pagers);
  const place = `${historyEntry()} ${key}`;
  const pager =
    pagers.get(place) ??
    new UserPager((cursor) =>
      buzzer.ask({ ...question, limit: PAGE, ...(cursor === undefined ? {} : { cursor }) }),
    );
  pagers.delete(place);
  pagers.set(place, pager);
  for (const oldest of pagers.keys()) {
    if (pagers.size <= MAX_KEPT) break;
    pagers.delete(oldest);
  }
  return pager;
}

/** The same pager as long as the question is the same. Undefined: nothing is asked. */
export function useUserPager(question: UsersQuestion): UserPager;
export function useUserPager(question: UsersQuestion | undefined): UserPager | undefined;
export function useUserPager(question: UsersQuestion | undefined): UserPager | undefined {
  const buzzer = useBuzzer();
  const key = question === undefined ? undefined : JSON.stringify(question);
  return useMemo(
    () => (key === undefined ? undefined : pagerOf(buzzer, JSON.parse(key) as UsersQuestion, key)),
    [buzzer, key],
  );
}
