/**
 * What is around every page: navigation (a bar below on a phone, a rail beside on wider screens), a column beside it on
 * wide screens, and what lies above everything: notices and dialogs.
 */
import { useEffect, useRef, useState, type ReactNode } from "react";
import { useBuzzer } from "../ui/hooks/buzzer-context";
import { composing, endComposing } from "../ui/compose/composing";
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
  const notices = useReadable(useBuzzer().notices);
  const written = useReadable(composing);
  const wide = useMedia("(min-width: 1050px)");
  useForgetting();
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
      {written !== undefined && <ComposeDialog composing={written} onClose={endComposing} />}
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

/** Drafts belong to who is logged in: they go when that ends. */
function useForgetting(): void {
  const account = useReadable(useBuzzer().account);
  const before = useRef(account);
  useEffect(() => {
    if (before.current.status === "member" && account.status === "guest") {
      const { name } = before.current;
      void import("../ui/compose/drafts").then(({ forgetDrafts }) => {
        forgetDrafts(name);
      });
      endComposing();
    }
    before.current = account;
  }, [account]);
}
