/** A buzz of one's own that is on its way, or was refused: then one can send it again or take the text back. */
import type { OutgoingBuzz } from "../../model/buzzer";
import { viewerOf } from "../people/account";
import { Avatar } from "../common/Avatar";
import { part } from "../common/part";
import { AuthorLink } from "./BuzzCard";
import { useBuzzer } from "../hooks/buzzer-context";
import { useReadable } from "../hooks/use-readable";
import "./BuzzCard.css";

const Remedies = part(() => import("./Remedies"));

const FOCUSABLE = 0;

export function OutgoingCard({ outgoing, position }: { outgoing: OutgoingBuzz; position?: number }) {
  const name = viewerOf(useReadable(useBuzzer().account)) ?? "";
  const refused = outgoing.status === "refused";
  return (
    <article
      className={`BuzzCard ${refused ? "BuzzCard--refused" : "BuzzCard--pending pending"}`}
      tabIndex={FOCUSABLE}
      aria-label={`Buzz by @${name}`}
      aria-busy={!refused}
      {...(position === undefined ? {} : { "aria-posinset": position, "aria-setsize": -1 })}
    >
      <span className="BuzzCard-avatar">
        <Avatar name={name} />
      </span>
      <header className="BuzzCard-header">
        <AuthorLink name={name} />
        {!refused && (
          <span className="BuzzCard-when">
            {outgoing.status === "sending" ? "Sending …" : "Waiting for a connection"}
          </span>
        )}
      </header>
      <div className="BuzzCard-body">
        <p className="BuzzText" dir="auto">
          {outgoing.text}
        </p>
        {refused && (
          <>
            <p className="BuzzCard-problem">{outgoing.problem ?? "It was refused."}</p>
            <Remedies outgoing={outgoing} />
          </>
        )}
      </div>
    </article>
  );
}
