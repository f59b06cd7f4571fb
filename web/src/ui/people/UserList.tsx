/**
 * Users page by page, read on as one scrolls. The pages are of the pager that is given; its first one is asked for here.
 */
import { useEffect, type ReactNode } from "react";
import { useBuzzer } from "../hooks/buzzer-context";
import { Empty } from "../common/Empty";
import { EndlessEnd } from "../common/EndlessEnd";
import type { UserPager } from "./user-pager";
import { UserRow } from "./UserRow";
import { useReadable } from "../hooks/use-readable";
import { useWindowPlace } from "../place/use-window-place";
import "./UserList.css";

export interface UserListProps {
  pager: UserPager;
  /** The accessible name: "Followers of @name". */
  name: string;
  /** Shown when there is nobody. */
  empty: ReactNode;
}

export function UserList({ pager, name, empty }: UserListProps) {
  const { users, paging, partial, problem } = useReadable(pager.state);
  useEffect(() => {
    if (pager.state.get().users.length === 0) pager.loadMore();
  }, [pager]);
  const loadMore = (): void => {
    pager.loadMore();
  };
  useWindowPlace(users.length, paging, loadMore);
  const online = useReadable(useBuzzer().connection).status === "online";
  useEffect(() => {
    // What failed for want of a connection is tried again when there is one; anything else waits for the button.
    if (online && pager.state.get().paging === "failed") pager.loadMore();
  }, [online, pager]);
  if (users.length === 0 && paging === "end") {
    return partial ? (
      <Empty title="Part of the grid does not answer">What there is may be there again in a moment.</Empty>
    ) : (
      empty
    );
  }
  return (
    <>
      <ul aria-label={name}>
        {users.map((user) => (
          <UserRow key={user.name} user={user} />
        ))}
      </ul>
      {partial && <p className="UserList-partial">Part of the grid does not answer: some may be missing.</p>}
      <EndlessEnd paging={paging} problem={problem?.message} onMore={loadMore} />
    </>
  );
}
