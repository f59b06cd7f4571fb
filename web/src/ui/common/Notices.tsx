/** Short messages: errors as alerts, the rest as status. Each goes away by itself after a while, not while it is looked at. */
import { useEffect, useState } from "react";
import type { Notice } from "../../model/buzzer";
import { useBuzzer } from "../hooks/buzzer-context";
import { CheckIcon, CloseIcon, WarningIcon } from "./icons";
import "./Notices.css";

const SHOWN_MS = { done: 5_000, error: 12_000 } as const;

export default function Notices({ notices }: { notices: readonly Notice[] }) {
  return (
    <div className="Notices">
      {notices.map((notice) => (
        <OneNotice key={notice.id} notice={notice} />
      ))}
    </div>
  );
}

function OneNotice({ notice: { id, text, kind } }: { notice: Notice }) {
  const buzzer = useBuzzer();
  // By the pointer, by the focus, or by both.
  const [held, setHeld] = useState(0);
  useEffect(() => {
    if (held > 0) return;
    const timer = setTimeout(() => {
      buzzer.dismiss(id);
    }, SHOWN_MS[kind]);
    return () => {
      clearTimeout(timer);
    };
  }, [buzzer, id, kind, held]);
  const hold = (more: 1 | -1) => () => {
    setHeld((holders) => Math.max(0, holders + more));
  };
  return (
    <div
      className={`Notices-notice Notices-notice--${kind}`}
      role={kind === "error" ? "alert" : "status"}
      // What was done is said by the shell's region, which is there before its text.
      aria-live={kind === "error" ? undefined : "off"}
      onPointerEnter={hold(1)}
      onPointerLeave={hold(-1)}
    >
      {kind === "error" ? <WarningIcon size={20} /> : <CheckIcon size={20} />}
      <p>{text}</p>
      <button
        type="button"
        className="IconButton"
        aria-label="Dismiss"
        onFocus={hold(1)}
        onBlur={hold(-1)}
        onClick={() => {
          buzzer.dismiss(id);
        }}
      >
        <CloseIcon size={18} />
      </button>
    </div>
  );
}
