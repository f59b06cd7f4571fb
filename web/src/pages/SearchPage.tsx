/**
 * Search: people by the beginning of their names, asked of the grid as one types, and topics, of those that this browser
 * has seen lately, with whatever was typed. What is looked for stands in the URL: reload, Back and sharing work.
 */
import { useEffect, useRef, useState } from "react";
import { Link, useLocation, useSearch } from "wouter";
import { useBuzzer } from "../ui/hooks/buzzer-context";
import { Empty } from "../ui/common/Empty";
import { SearchIcon } from "../ui/common/icons";
import { PageHeader } from "../ui/common/PageHeader";
import { topicsToShow, understandQuery } from "../ui/people/search-query";
import { useAskedFocus } from "../ui/hooks/use-asked-focus";
import { UserList } from "../ui/people/UserList";
import type { UserPager } from "../ui/people/user-pager";
import { useUserPager } from "../ui/people/use-user-pager";
import { isArrival } from "../ui/place/history-entry";
import "./SearchPage.css";

const QUIET_MS = 150;

/** What is typed, and what of it is looked for: the same after a moment of quiet, and in the URL from then on. */
function useQuery(): {
  typed: string;
  type: (text: string) => void;
  settle: (text: string) => void;
  settled: string;
} {
  const inUrl = new URLSearchParams(useSearch()).get("q") ?? "";
  const [, navigate] = useLocation();
  const [typed, type] = useState(inUrl);
  const written = useRef(inUrl);
  const settle = (text: string) => {
    written.current = text;
    if (text !== inUrl)
      navigate(text === "" ? "/search" : `/search?q=${encodeURIComponent(text)}`, { replace: true });
  };
  const latest = useRef(settle);
  useEffect(() => {
    latest.current = settle;
  });
  useEffect(() => {
    // Another search is another entry at the same path, which begins at its top: once, not again on Back.
    if (isArrival()) window.scrollTo(0, 0);
    // Somebody else has changed the URL: Back, or the search box beside the page.
    if (inUrl !== written.current) type(inUrl);
    written.current = inUrl;
  }, [inUrl]);
  useEffect(() => {
    if (typed === written.current) return;
    const timer = setTimeout(() => {
      latest.current(typed);
    }, QUIET_MS);
    return () => {
      clearTimeout(timer);
    };
  }, [typed]);
  return { typed, type, settle, settled: inUrl };
}

/** The pager of these people, once its first page is there; until then the one before, so that nothing flickers. */
function usePeople(prefix: string | undefined): { pager: UserPager; prefix: string } | undefined {
  const pager = useUserPager(prefix === undefined ? undefined : { type: "get_users", prefix });
  const [shown, setShown] = useState<{ pager: UserPager; prefix: string }>();
  useEffect(() => {
    if (pager === undefined || prefix === undefined) {
      setShown(undefined);
      return;
    }
    const show = (): void => {
      const { users, paging } = pager.state.get();
      if (users.length > 0 || paging !== "loading") setShown({ pager, prefix });
    };
    if (pager.state.get().users.length === 0) pager.loadMore();
    show();
    return pager.state.watch(show);
  }, [pager, prefix]);
  return shown;
}

function Topics({ prefix }: { prefix: string }) {
  const topics = topicsToShow(prefix, useBuzzer().suggestTopics(prefix.toLowerCase()));
  if (topics.length === 0) return null;
  return (
    <section>
      <h2 className="SearchPage-heading">{prefix === "" ? "Topics seen lately" : "Topics"}</h2>
      <ul className="SearchPage-topics" aria-label="Topics">
        {topics.map((topic) => (
          <li key={topic}>
            <Link className="SearchPage-topic" href={`/tag/${encodeURIComponent(topic)}`}>
              #{topic}
            </Link>
          </li>
        ))}
      </ul>
    </section>
  );
}

export default function SearchPage() {
  const { typed, type, settle, settled } = useQuery();
  const query = understandQuery(settled);
  const people = usePeople(query.people);
  const box = useRef<HTMLInputElement>(null);
  useAskedFocus(box);
  return (
    <>
      <PageHeader title="Search" />
      <form
        role="search"
        className="SearchPage-form"
        onSubmit={(event) => {
          event.preventDefault();
          settle(typed);
        }}
      >
        <SearchIcon />
        <input
          ref={box}
          type="search"
          aria-label="Search"
          className="SearchPage-input"
          placeholder="People and #topics"
          value={typed}
          autoComplete="off"
          autoCapitalize="none"
          spellCheck={false}
          enterKeyHint="search"
          onChange={(event) => {
            type(event.target.value);
          }}
        />
      </form>
      {query.topics !== undefined && <Topics prefix={query.topics} />}
      {people !== undefined && (
        <section>
          <h2 className="SearchPage-heading">People</h2>
          <UserList
            pager={people.pager}
            name="People"
            empty={
              <p className="SearchPage-nobody">
                {people.prefix === ""
                  ? "Nobody is here yet."
                  : `Nobody’s name begins with “${people.prefix}”.`}
              </p>
            }
          />
        </section>
      )}
      {query.people === undefined && query.topics === undefined && (
        <Empty icon={<SearchIcon size={32} />} title="Nothing can be called that">
          Names have letters, digits and _, and so do topics. Try the beginning of a single word.
        </Empty>
      )}
    </>
  );
}
