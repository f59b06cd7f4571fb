/** Asks before a buzz is deleted, for good. */
import type { Buzz } from "../../model/buzzer";
import { useBuzzer } from "../hooks/buzzer-context";
import { Dialog } from "../common/Dialog";

export default function DeleteDialog({ buzz, onClose }: { buzz: Buzz; onClose: () => void }) {
  const buzzer = useBuzzer();
  const remove = (): void => {
    onClose();
    // What goes wrong is told by a notice.
    buzzer.remove(buzz).catch(() => undefined);
  };
  return (
    <Dialog
      role="alertdialog"
      title="Delete this buzz?"
      onClose={onClose}
      actions={
        <>
          <button type="button" className="Button" onClick={onClose}>
            Cancel
          </button>
          <button type="button" className="Button Button--danger" onClick={remove}>
            Delete
          </button>
        </>
      }
    >
      <p>It goes away for everybody and cannot be brought back. Replies to it stay.</p>
    </Dialog>
  );
}
