/**
 * What is around every page: navigation (a bar below on a phone, a rail beside on wider screens), a column beside it on
 * wide screens, and what lies above everything: notices and dialogs.
 */
import { useEffect, useState, type ReactNode } from "react";
import { useBuzzer } from "../ui/hooks/buzzer-context";
import { composing, endComposing, endWithAccount } from "../ui/compose/composing";
import { ConnectionStatus } from "../ui/common/ConnectionStatus";
import { part } from "../ui/common/part";
import { useMedia } from "../ui/hooks/use-media";
import { useReadable } from "../ui/hooks/use-readable";
import { Navigation } from "./Navigation";
import { Shortcuts } from "./Shortcuts";
import "./Shell.css";

const Aside = part(() => import("./Aside"));
const ComposeDialog = part(() => import("../ui/compose/ComposeDialog"));
const Notices = part(() => import("../ui/common/Notices"));
const ShortcutsHelp = part(() => import("./ShortcutsHelp"));

export function Shell({ children }: { children: ReactNode }) {
  const [help, setHelp] = useState(false);
  const buzzer = useBuzzer();
  const notices = useReadable(buzzer.notices);
  const written = useReadable(composing);
  const wide = useMedia("(min-width: 1050px)");
  useEffect(() => endWithAccount(buzzer.account), [buzzer]);
  return (
    <div className="Shell">
      {/* First: what pages do with a key goes before what it does everywhere. */}
      <Shortcuts
        onHelp={() => {
          setHelp(true);
        }}
      />
      <a className="Shell-skip" href="#content">
        Skip to content
      </a>
      <div className="Shell-rail">
        <ConnectionStatus />
        <Navigation />
      </div>
      <main id="content" className="Shell-main" tabIndex={-1}>
        {children}
      </main>
      {wide && <Aside />}
      {notices.length > 0 && <Notices notices={notices} />}
      {/* Always there: what is said by a region that comes with its text is often not heard. Errors are alerts. */}
      <p className="visually-hidden" aria-live="polite">
        {notices.filter(({ kind }) => kind === "done").at(-1)?.text}
      </p>
      {written !== undefined && (
        <ComposeDialog key={written.turn} composing={written} onClose={endComposing} />
      )}
      {help && (
        <ShortcutsHelp
          onClose={() => {
            setHelp(false);
          }}
        />
      )}
    </div>
  );
}
