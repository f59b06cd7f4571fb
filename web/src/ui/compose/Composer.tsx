/**
 * Where one writes: a new buzz, a reply, or another text for one's own. Counts, completes mentions and topics, keeps
 * what is not sent as a draft (drafts.ts). Ctrl+Enter (or Cmd+Enter) sends.
 *
 * What is sent shows in the feeds at once; when an edit is refused, its text is kept for the next try.
 */
import { useEffect, useId, useRef, useState, type SubmitEvent, type KeyboardEvent } from "react";
import { MAX_TEXT_CODE_POINTS } from "../../model/buzzer";
import { viewerOf } from "../people/account";
import { Avatar } from "../common/Avatar";
import { useBuzzer } from "../hooks/buzzer-context";
import type { Composing } from "./composing";
import { Counter } from "./Counter";
import { draft, keepDraft } from "./drafts";
import { Suggestions, optionId } from "./Suggestions";
import { codePoints } from "../buzz/text-segments";
import { useCompletion } from "./use-completion";
import { useReadable } from "../hooks/use-readable";
import "./Composer.css";

interface Props {
  composing: Composing;
  /** In the page or in a dialog. */
  inline?: boolean;
  /** It is sent, or given up. */
  onDone?: () => void;
}

const WORDS = {
  new: { form: "New buzz", label: "What is happening?", send: "Buzz" },
  reply: { form: "Reply", label: "Your reply", send: "Reply" },
  edit: { form: "Edit buzz", label: "Edit buzz", send: "Save" },
} as const;

export default function Composer({ composing, inline = false, onDone }: Props) {
  const buzzer = useBuzzer();
  const account = viewerOf(useReadable(buzzer.account)) ?? "";
  const place = placeOf(composing);
  const words = WORDS[composing.kind];
  const [text, setText] = useState(() => beginning(composing, account, place));
  const area = useRef<HTMLTextAreaElement>(null);
  useEffect(() => {
    if (!inline) focusAtEnd(area.current);
  }, [inline]);
  const listId = useId();
  const counterId = useId();
  const change = (next: string): void => {
    setText(next);
    if (composing.kind !== "edit") keepDraft(account, place, next);
  };
  const completion = useCompletion(area, text, change);
  const left = MAX_TEXT_CODE_POINTS - codePoints(text.trim());
  const sendable = text.trim() !== "" && left >= 0;

  const send = (): void => {
    if (!sendable) return;
    const final = text.trim();
    keepDraft(account, place, "");
    setText("");
    if (composing.kind === "edit") {
      buzzer.edit(composing.buzz, final).catch(() => {
        keepDraft(account, place, final);
      });
    } else {
      buzzer.post(final, ...(composing.kind === "reply" ? [composing.to.id] : []));
    }
    onDone?.();
  };
  const submitted = (event: SubmitEvent): void => {
    event.preventDefault();
    send();
  };
  const pressed = (event: KeyboardEvent): void => {
    if (completion.pressed(event)) return;
    if (event.key === "Enter" && (event.ctrlKey || event.metaKey) && !event.nativeEvent.isComposing) send();
  };
  const open = completion.names.length > 0;
  return (
    <form
      className={inline ? "Composer Composer--inline" : "Composer"}
      aria-label={words.form}
      onSubmit={submitted}
    >
      <Avatar name={account} />
      <div className="Composer-main">
        <div className="Composer-grow" data-text={`${text}\n`}>
          <textarea
            ref={area}
            className="Composer-text"
            aria-label={words.label}
            placeholder={words.label}
            rows={inline ? 1 : 3}
            dir="auto"
            value={text}
            aria-describedby={counterId}
            aria-autocomplete="list"
            aria-haspopup="listbox"
            aria-controls={open ? listId : undefined}
            aria-activedescendant={open ? optionId(listId, completion.active) : undefined}
            onChange={(event) => {
              change(event.target.value);
              completion.moved();
            }}
            onSelect={completion.moved}
            onBlur={completion.close}
            onKeyDown={pressed}
          />
        </div>
        {/* ARIA allows a text of many lines no role "combobox", whose state would say this. */}
        <p className="visually-hidden" aria-live="polite">
          {open && suggested(completion.names.length)}
        </p>
        {open && (
          <div className="Composer-suggestions">
            <Suggestions
              id={listId}
              kind={completion.kind}
              names={completion.names}
              active={completion.active}
              onTake={completion.take}
            />
          </div>
        )}
        <div className="Composer-bar">
          <Counter id={counterId} left={left} quiet={text === ""} />
          {!inline && (
            <button type="button" className="Button Button--quiet" onClick={onDone}>
              Cancel
            </button>
          )}
          <button type="submit" className="Button Button--primary" disabled={!sendable}>
            {words.send}
          </button>
        </div>
      </div>
    </form>
  );
}

function suggested(count: number): string {
  return count === 1 ? "1 suggestion" : `${String(count)} suggestions`;
}

function placeOf(composing: Composing): string {
  switch (composing.kind) {
    case "new":
      return "new";
    case "reply":
      return composing.to.id;
    case "edit":
      return `edit ${composing.buzz.id}`;
  }
}

function beginning(composing: Composing, account: string, place: string): string {
  const kept = draft(account, place);
  if (composing.kind === "edit") return kept === "" ? composing.buzz.text : kept;
  if (composing.text === undefined || kept.startsWith(composing.text)) return kept;
  // What comes back from a refused buzz is kept from now on, and does not push out what was begun meanwhile.
  const text = kept === "" ? composing.text : `${composing.text}\n\n${kept}`;
  keepDraft(account, place, text);
  return text;
}

/** A dialog would give it to its first button. */
function focusAtEnd(area: HTMLTextAreaElement | null): void {
  area?.focus();
  area?.setSelectionRange(area.value.length, area.value.length);
}
