/** What one can do about a buzz of one's own that was refused: send it again, or take it back into the composer. */
import { useState } from "react";
import { Refusal, type OutgoingBuzz } from "../../model/buzzer";
import { compose, composing } from "../compose/composing";
import { useBuzzer } from "../hooks/buzzer-context";

export default function Remedies({ outgoing }: { outgoing: OutgoingBuzz }) {
  const buzzer = useBuzzer();
  const [asking, setAsking] = useState(false);
  const { key, inReplyTo } = outgoing;
  const edit = (): void => {
    if (inReplyTo === undefined) {
      compose({ kind: "new", text: buzzer.discard(key) });
      return;
    }
    if (asking) return;
    setAsking(true);
    // It is kept here until the composer has it, and never becomes a buzz that replies to nothing.
    buzzer
      .ask({ type: "get_buzz", buzz_id: inReplyTo })
      .then(({ buzz }) => {
        // Meanwhile one may have begun something else, sent this one again, or logged out.
        const text = composing.get() === undefined ? buzzer.discard(key) : "";
        if (text !== "") compose({ kind: "reply", to: buzz, text });
      })
      .catch((thrown: unknown) => {
        buzzer.notify(thrown instanceof Refusal ? thrown.message : "It could not be opened.", "error");
      })
      .finally(() => {
        setAsking(false);
      });
  };
  return (
    <div className="BuzzCard-remedies">
      <button
        type="button"
        className="Button Button--small"
        onClick={() => {
          buzzer.retry(outgoing.key);
        }}
      >
        Try again
      </button>
      <button type="button" className="Button Button--small" aria-disabled={asking} onClick={edit}>
        Edit
      </button>
    </div>
  );
}
