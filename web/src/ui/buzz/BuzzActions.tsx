/** What one can do with a buzz: reply, and with one's own edit and delete. A list that takes more. */
import { useLocation } from "wouter";
import type { Buzz } from "../../model/buzzer";
import { logInPath, sameName, viewerOf } from "../people/account";
import { useBuzzer } from "../hooks/buzzer-context";
import { compose } from "../compose/composing";
import { ReplyIcon } from "../common/icons";
import { part } from "../common/part";
import { useReadable } from "../hooks/use-readable";

const OwnMenu = part(() => import("./OwnMenu"));

export function BuzzActions({ buzz }: { buzz: Buzz }) {
  const viewer = viewerOf(useReadable(useBuzzer().account));
  const [, navigate] = useLocation();
  const reply = (): void => {
    if (viewer === undefined) navigate(logInPath(`/buzz/${buzz.id}`));
    else compose({ kind: "reply", to: buzz });
  };
  return (
    <ul className="BuzzCard-actions">
      <li>
        <button type="button" className="BuzzCard-action" data-action="reply" onClick={reply}>
          <ReplyIcon size={19} />
          Reply
        </button>
      </li>
      {viewer !== undefined && sameName(viewer, buzz.author) && (
        <li className="BuzzCard-more">
          <OwnMenu buzz={buzz} />
        </li>
      )}
    </ul>
  );
}
