/** What guests see at "/": what this is, the ways in, and a search. */
import type { SubmitEvent } from "react";
import { Link, useLocation } from "wouter";
import { useDocumentTitle } from "../ui/common/PageHeader";
import { GridIcon, MentionsIcon, SearchIcon, UpIcon } from "../ui/common/icons";
import { Logo } from "../ui/common/Logo";
import "./Landing.css";

export default function Landing() {
  useDocumentTitle("Home");
  return (
    <div className="Landing">
      <header className="Landing-hero">
        <Logo size={104} />
        <h1 className="Landing-title">Short words, right away.</h1>
        <p className="Landing-lead">
          Buzzer is a microblog that lives on a grid of equal nodes. Say what is happening; those who follow
          you read it in the same moment.
        </p>
        <div className="Landing-ways">
          <Link className="Button Button--primary Button--large" href="/signup">
            Sign up
          </Link>
          <Link className="Button Button--large" href="/login">
            Log in
          </Link>
        </div>
      </header>
      <SearchBox />
      <ul className="Landing-points">
        <li>
          <span className="Landing-icon">
            <UpIcon />
          </span>
          <h2>Live</h2>
          <p>New buzzes announce themselves. Nothing jumps while you read.</p>
        </li>
        <li>
          <span className="Landing-icon">
            <GridIcon />
          </span>
          <h2>Hard to stop</h2>
          <p>
            Every node can serve you. When one fails, another goes on where it was.{" "}
            <Link href="/grid">See the grid</Link>
          </p>
        </li>
        <li>
          <span className="Landing-icon">
            <MentionsIcon />
          </span>
          <h2>Conversations</h2>
          <p>Mentions, topics and threads, in the order in which they happened.</p>
        </li>
      </ul>
    </div>
  );
}

function SearchBox() {
  const [, navigate] = useLocation();
  const search = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const asked = new FormData(event.currentTarget).get("q");
    const query = typeof asked === "string" ? asked.trim() : "";
    navigate(query === "" ? "/search" : `/search?q=${encodeURIComponent(query)}`);
  };
  return (
    <form className="Landing-search" role="search" aria-label="People and topics" onSubmit={search}>
      <SearchIcon size={20} />
      <input type="search" name="q" aria-label="Search" placeholder="People and topics" autoComplete="off" />
      <button type="submit" className="Button Button--small">
        Search
      </button>
    </form>
  );
}
