/** The keyboard's shortcuts, to be looked up. */
import { Fragment } from "react";
import { Dialog } from "../ui/common/Dialog";
import type { Shortcut } from "../ui/hooks/shortcuts";
import "./ShortcutsHelp.css";

/** In this order. */
const MEANINGS: Readonly<Record<Shortcut, string>> = {
  n: "Write a new buzz",
  j: "Next buzz",
  k: "Previous buzz",
  o: "Open the buzz (also Enter)",
  r: "Reply to the buzz",
  ".": "Show new buzzes",
  "/": "Search",
  "g h": "Go to Home",
  "g m": "Go to Mentions",
  "g g": "Go to the grid",
  "?": "Show this help",
};

export default function ShortcutsHelp({ onClose }: { onClose: () => void }) {
  return (
    <Dialog title="Keyboard shortcuts" onClose={onClose}>
      <dl className="ShortcutsHelp">
        {Object.entries(MEANINGS).map(([keys, meaning]) => (
          <Fragment key={keys}>
            <dt>
              {keys.split(" ").map((key, index) => (
                <kbd key={index}>{key}</kbd>
              ))}
            </dt>
            <dd>{meaning}</dd>
          </Fragment>
        ))}
        <dt>
          <kbd>Ctrl</kbd>
          <kbd>Enter</kbd>
        </dt>
        <dd>Send what is written</dd>
        <dt>
          <kbd>Esc</kbd>
        </dt>
        <dd>Close</dd>
      </dl>
    </Dialog>
  );
}
