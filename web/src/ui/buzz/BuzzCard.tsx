/**
 * A buzz as it is shown everywhere: who, when, the text, and what one can do with it. An article that can have the
 * focus; the list around it (use-buzz-keys.ts) listens for keys and clicks on it.
 *
 * What one can do is a list that takes more: likes and reposts will stand in it.
 */
import { memo, type ReactNode } from "react";
import { Link } from "wouter";
import type { Buzz } from "../../model/buzzer";
import { Avatar } from "../common/Avatar";
import { BuzzActions } from "./BuzzActions";
import { BuzzText } from "./BuzzText";
import { fullTime } from "../common/relative-time";
import { RelativeTime } from "../common/RelativeTime";
import { ReplyIcon } from "../common/icons";
import "./BuzzCard.css";

export interface BuzzCardProps {
  buzz: Buzz;
  /** Its place in the list, from 1. */
  position?: number;
  /** The one that a page is about: larger, with its full time. */
  prominent?: boolean;
  /** Draws the line that binds it to the buzz below, to which it belongs in a thread. */
  bound?: boolean;
  /** Whom it replies to, where that is known and not obvious. */
  replyTo?: string;
}

/** Not written down: jsx-a11y would have it on controls alone, but a feed's articles take the focus. */
const FOCUSABLE = 0;

export const BuzzCard = memo(function BuzzCard({ buzz, position, prominent, bound, replyTo }: BuzzCardProps) {
  const kind = [prominent === true && "BuzzCard--prominent", bound === true && "BuzzCard--bound"];
  return (
    <article
      className={["BuzzCard", ...kind].filter(Boolean).join(" ")}
      data-buzz-id={buzz.id}
      tabIndex={FOCUSABLE}
      aria-label={buzz.deleted === true ? "Deleted buzz" : `Buzz by @${buzz.author}`}
      {...(position === undefined ? {} : { "aria-posinset": position, "aria-setsize": -1 })}
    >
      {buzz.deleted === true ? (
        <p className="BuzzCard-deleted">This buzz was deleted.</p>
      ) : (
        <Living buzz={buzz} prominent={prominent === true} replyTo={replyTo} />
      )}
    </article>
  );
});

function Living({
  buzz,
  prominent,
  replyTo,
}: {
  buzz: Buzz;
  prominent: boolean;
  replyTo: string | undefined;
}) {
  return (
    <>
      <Link className="BuzzCard-avatar" href={`/@${buzz.author}`} tabIndex={-1} aria-hidden="true">
        <Avatar name={buzz.author} />
      </Link>
      <header className="BuzzCard-header">
        <AuthorLink name={buzz.author} />
        {!prominent && (
          <span className="BuzzCard-when">
            <Link href={`/buzz/${buzz.id}`}>
              <RelativeTime time={buzz.posted} />
            </Link>
            <Edited buzz={buzz} />
          </span>
        )}
      </header>
      <div className="BuzzCard-body">
        <Context buzz={buzz} replyTo={replyTo} />
        <BuzzText buzz={buzz} large={prominent} />
        {prominent && (
          <p className="BuzzCard-when">
            <Link href={`/buzz/${buzz.id}`}>
              <time dateTime={buzz.posted}>{fullTime(Date.parse(buzz.posted))}</time>
            </Link>
            <Edited buzz={buzz} />
          </p>
        )}
        <BuzzActions buzz={buzz} />
      </div>
    </>
  );
}

export function AuthorLink({ name }: { name: string }) {
  return (
    <Link className="BuzzCard-author" href={`/@${name}`}>
      <span className="BuzzCard-at">@</span>
      {name}
    </Link>
  );
}

function Edited({ buzz }: { buzz: Buzz }) {
  if (buzz.edited === undefined) return null;
  return <span title={`Edited ${fullTime(Date.parse(buzz.edited))}`}> · edited</span>;
}

function Context({ buzz, replyTo }: { buzz: Buzz; replyTo: string | undefined }): ReactNode {
  if (buzz.in_reply_to === undefined || replyTo === "") return null;
  return (
    <p className="BuzzCard-context">
      <ReplyIcon size={14} />
      <Link href={`/buzz/${buzz.in_reply_to}`}>
        {replyTo === undefined ? "Part of a conversation" : `To @${replyTo}`}
      </Link>
    </p>
  );
}
