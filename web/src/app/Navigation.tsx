/** The main navigation, and the button to write: below on a phone, at the side on wider screens. */
import type { MouseEvent, ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { sameName, viewerOf } from "../ui/people/account";
import { useBuzzer } from "../ui/hooks/buzzer-context";
import { compose } from "../ui/compose/composing";
import {
  ComposeIcon,
  GridIcon,
  HomeIcon,
  LogInIcon,
  MentionsIcon,
  ProfileIcon,
  SearchIcon,
  SettingsIcon,
  SignUpIcon,
} from "../ui/common/icons";
import { Logo } from "../ui/common/Logo";
import { useReadable } from "../ui/hooks/use-readable";
import "./Navigation.css";

export function Navigation() {
  const account = useReadable(useBuzzer().account);
  const viewer = viewerOf(account);
  return (
    <nav className="Navigation" aria-label="Main" data-account={account.status}>
      <Link className="Navigation-logo" href="/" aria-label="Buzzer" onClick={stayAtTop}>
        <Logo size={40} />
        <span className="Navigation-name">Buzzer</span>
      </Link>
      {viewer !== undefined ? (
        <Members name={viewer} />
      ) : (
        <ul className="Navigation-links">
          <Item href="/search" label="Search" icon={<SearchIcon />} />
          <Item href="/grid" label="Grid" icon={<GridIcon />} />
          {account.status === "guest" && (
            <>
              <Item href="/login" label="Log in" icon={<LogInIcon />} />
              <Item href="/signup" label="Sign up" icon={<SignUpIcon />} />
            </>
          )}
        </ul>
      )}
    </nav>
  );
}

function Members({ name }: { name: string }) {
  const unread = useReadable(useBuzzer().unreadMentions);
  return (
    <>
      <ul className="Navigation-links Navigation-links--members">
        <Item href="/" label="Home" icon={<HomeIcon />} />
        <Item
          href="/mentions"
          label="Mentions"
          icon={<MentionsIcon />}
          badge={unread}
          {...(unread > 0 && { name: `Mentions, ${String(unread)} unread` })}
        />
        <Item href="/search" label="Search" icon={<SearchIcon />} />
        <Item href="/grid" label="Grid" icon={<GridIcon />} />
        <Item href={`/@${name}`} label="Profile" icon={<ProfileIcon />} />
        <Item href="/settings" label="Settings" icon={<SettingsIcon />} />
      </ul>
      <button
        type="button"
        className="Button Button--primary Button--large Navigation-compose"
        aria-label="New buzz"
        onClick={() => {
          compose({ kind: "new" });
        }}
      >
        <ComposeIcon />
        <span className="Navigation-label">New buzz</span>
      </button>
    </>
  );
}

interface ItemProps {
  href: string;
  label: string;
  icon: ReactNode;
  /** The accessible name, if it says more than the label. */
  name?: string;
  /** A number on the icon; 0: none. */
  badge?: number;
}

function Item({ href, label, icon, name, badge = 0 }: ItemProps) {
  const [path] = useLocation();
  const here = sameName(path, href);
  return (
    <li>
      <Link
        className="Navigation-link"
        href={href}
        aria-current={here ? "page" : undefined}
        aria-label={name}
        onClick={stayAtTop}
      >
        <span className="Navigation-icon" data-badge={badge > 0 ? badge : undefined}>
          {icon}
        </span>
        <span className="Navigation-label">{label}</span>
      </Link>
    </li>
  );
}

/** A link to the page that one is on goes to its top, not to another entry of the history. */
function stayAtTop(event: MouseEvent<HTMLAnchorElement>): void {
  if (event.currentTarget.pathname !== location.pathname || event.ctrlKey || event.metaKey || event.shiftKey)
    return;
  event.preventDefault();
  window.scrollTo({ top: 0, behavior: "smooth" });
}
