/**
 * A modal dialog: the browser's own <dialog>, which keeps the focus inside, closes at Escape and gives the focus back.
 * It is open as long as it is mounted; `onClose` asks its owner to unmount it.
 */
import { useEffect, useId, useLayoutEffect, useRef, type ReactNode } from "react";
import { CloseIcon } from "./icons";
import "./Dialog.css";

export interface DialogProps {
  /** The heading, and the accessible name. */
  title: string;
  /** "alertdialog": a question that wants an answer; then there is no button to close it and a click beside it does nothing. */
  role?: "dialog" | "alertdialog";
  /** Escape, the button to close, a click beside the dialog. */
  onClose: () => void;
  children: ReactNode;
  /** Buttons at the bottom, the most important one last. */
  actions?: ReactNode;
}

export function Dialog({ title, role = "dialog", onClose, children, actions }: DialogProps) {
  const ref = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  // Before the effects of what is in it, which may want the focus: showModal() gives it to the first button.
  useLayoutEffect(() => {
    const dialog = ref.current;
    if (dialog === null) return;
    if (!dialog.open) dialog.showModal();
    return () => {
      dialog.close();
    };
  }, []);
  useEffect(() => {
    const dialog = ref.current;
    if (dialog === null || role === "alertdialog") return;
    // Only the backdrop is the dialog itself: the content fills the rest of it.
    const pressed = (event: MouseEvent) => {
      if (event.target === dialog) onClose();
    };
    dialog.addEventListener("mousedown", pressed);
    return () => {
      dialog.removeEventListener("mousedown", pressed);
    };
  }, [role, onClose]);
  return (
    <dialog
      ref={ref}
      role={role === "alertdialog" ? role : undefined}
      className={`Dialog Dialog--${role}`}
      aria-labelledby={titleId}
      onCancel={(event) => {
        event.preventDefault();
        onClose();
      }}
    >
      <div className="Dialog-content">
        <header className="Dialog-header">
          <h2 id={titleId} className="Dialog-title">
            {title}
          </h2>
          {role === "dialog" && (
            <button type="button" className="IconButton Dialog-close" aria-label="Close" onClick={onClose}>
              <CloseIcon />
            </button>
          )}
        </header>
        <div className="Dialog-body">{children}</div>
        {actions !== undefined && <footer className="Dialog-actions">{actions}</footer>}
      </div>
    </dialog>
  );
}
