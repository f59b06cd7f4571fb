/** Beside the page on wide screens: the search, who one is, and the node that one is connected to. */
import type { SubmitEvent } from "react";
import { Link, useLocation } from "wouter";
import type { Account } from "../model/buzzer";
import { viewerOf } from "../ui/people/account";
import { Avatar } from "../ui/common/Avatar";
import { useBuzzer } from "../ui/hooks/buzzer-context";
import { SearchIcon } from "../ui/common/icons";
import { singleKeys } from "../ui/hooks/single-keys";
import { useReadable } from "../ui/hooks/use-readable";
import "./Aside.css";

export default function Aside() {
  const [path] = useLocation();
  const account = useReadable(useBuzzer().account);
  const keys = useReadable(singleKeys);
  // What guests see at "/" has the search and the ways in itself.
  const landing = path === "/" && viewerOf(account) === undefined;
  return (
    <aside className="Aside" aria-label="More">
      {path !== "/search" && !landing && <SearchBox />}
      {!landing && <Who account={account} />}
      <Node />
      {keys && (
        <p className="Aside-foot">
          Press <kbd>?</kbd> for the keyboard’s shortcuts.
        </p>
      )}
    </aside>
  );
}

function SearchBox() {
  const [, navigate] = useLocation();
  const search = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const asked = new FormData(event.currentTarget).get("q");
    if (typeof asked === "string" && asked.trim() !== "")
      navigate(`/search?q=${encodeURIComponent(asked.trim())}`);
  };
  return (
    <form className="Aside-search" role="search" onSubmit={search}>
      <SearchIcon size={20} />
      <input
        type="search"
        name="q"
        aria-label="Search"
        placeholder="Search people and topics"
        autoComplete="off"
      />
    </form>
  );
}

function Who({ account }: { account: Account }) {
  const viewer = viewerOf(account);
  if (viewer !== undefined) {
    return (
      <section className="Aside-card Aside-who" aria-label="Your account">
        <Avatar name={viewer} />
        <div>
          <p className="Aside-title">@{viewer}</p>
          <Link href="/settings">Your settings</Link>
        </div>
      </section>
    );
  }
  if (account.status === "unknown") return null;
  return (
    <section className="Aside-card" aria-label="Join in">
      <p className="Aside-title">New here?</p>
      <p className="Aside-text">Sign up to write, to follow people and to be mentioned.</p>
      <Link className="Button Button--primary Button--wide" href="/signup">
        Create an account
      </Link>
    </section>
  );
}

function Node() {
  const { status, node } = useReadable(useBuzzer().connection);
  if (node === undefined) return null;
  return (
    <section className="Aside-card" aria-label="Connection">
      <p className="Aside-title">
        <span className={`Aside-dot Aside-dot--${status}`} />
        {status === "online" ? `Connected to node ${String(node)}` : `Last connected to node ${String(node)}`}
      </p>
      <Link href="/grid">See the grid</Link>
    </section>
  );
}
