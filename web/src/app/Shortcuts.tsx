/** The shortcuts that work everywhere. Those of lists and feeds are with them. */
import { useLocation } from "wouter";
import { viewerOf } from "../ui/people/account";
import { useBuzzer } from "../ui/hooks/buzzer-context";
import { compose } from "../ui/compose/composing";
import { FOCUS } from "../ui/hooks/use-asked-focus";
import { useReadable } from "../ui/hooks/use-readable";
import { useShortcut } from "../ui/hooks/use-shortcut";

export function Shortcuts({ onHelp }: { onHelp: () => void }) {
  const member = viewerOf(useReadable(useBuzzer().account)) !== undefined;
  const [, navigate] = useLocation();
  useShortcut("n", () => {
    if (member) compose({ kind: "new" });
    else navigate("/login");
  });
  useShortcut("/", () => {
    if (!focusSearch()) navigate("/search", { state: FOCUS });
  });
  useShortcut("g h", () => {
    navigate("/");
  });
  useShortcut("g m", () => {
    navigate("/mentions");
  });
  useShortcut("g g", () => {
    navigate("/grid");
  });
  useShortcut("?", onHelp);
  return null;
}

/** The box beside the page, or the search page's own. */
function focusSearch(): boolean {
  const box = document.querySelector<HTMLElement>("input[type=search]");
  box?.focus();
  return box !== null;
}
