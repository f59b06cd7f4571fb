/** The composer in a dialog: for a reply together with what it replies to. */
import Composer from "./Composer";
import type { Composing } from "./composing";
import { Dialog } from "../common/Dialog";
import { BuzzText } from "../buzz/BuzzText";
import { Avatar } from "../common/Avatar";
import "./ComposeDialog.css";

const TITLES = { new: "New buzz", reply: "Reply", edit: "Edit buzz" } as const;

export default function ComposeDialog({ composing, onClose }: { composing: Composing; onClose: () => void }) {
  return (
    <Dialog title={TITLES[composing.kind]} onClose={onClose}>
      {composing.kind === "reply" && (
        <div className="ComposeDialog-quoted">
          <Avatar name={composing.to.author} />
          <div>
            <p className="ComposeDialog-author">@{composing.to.author}</p>
            <div className="ComposeDialog-text">
              <BuzzText buzz={composing.to} />
            </div>
          </div>
        </div>
      )}
      <Composer composing={composing} onDone={onClose} />
    </Dialog>
  );
}
