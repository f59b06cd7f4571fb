/**
 * The top of a page: its one h1, a way back, and the document's title ("Home · Buzzer", with "(3) " before
 * it for unread mentions). Sticks to the top while the page scrolls.
 */
import { useEffect, type ReactNode } from "react";
import { useLocation } from "wouter";
import { useBuzzer } from "../hooks/buzzer-context";
import { useReadable } from "../hooks/use-readable";
import { BackIcon } from "./icons";
import "./PageHeader.css";

export interface PageHeaderProps {
  /** The h1, and the first part of the document's title. */
  title: string;
  /** A quiet line under the title: counts, a state. */
  subtitle?: ReactNode;
  /** A button that goes back; for pages that one comes to from another one. */
  back?: boolean;
}

export function PageHeader({ title, subtitle, back = false }: PageHeaderProps) {
  useDocumentTitle(title);
  return (
    <header className="PageHeader">
      {back && <BackButton />}
      <div className="PageHeader-titles">
        <h1 className="PageHeader-title">{title}</h1>
        {subtitle !== undefined && <p className="PageHeader-subtitle">{subtitle}</p>}
      </div>
    </header>
  );
}

/** For pages without a PageHeader. */
export function useDocumentTitle(title: string): void {
  const unread = useReadable(useBuzzer().unreadMentions);
  useEffect(() => {
    document.title = `${unread > 0 ? `(${String(unread)}) ` : ""}${title} · Buzzer`;
  }, [title, unread]);
}

function BackButton() {
  const [, navigate] = useLocation();
  return (
    <button
      type="button"
      className="IconButton PageHeader-back"
      aria-label="Back"
      onClick={() => {
        if (canGoBack()) history.back();
        else navigate("/");
      }}
    >
      <BackIcon />
    </button>
  );
}

/** Whether the page behind is ours. Whoever came by a link from elsewhere, in the same tab or a new one, has none. */
function canGoBack(): boolean {
  const navigation: unknown = Reflect.get(window, "navigation");
  // Browsers of before 2026 may only know how many pages there are, whosever.
  if (typeof navigation !== "object" || navigation === null) return history.length > 1;
  return Reflect.get(navigation, "canGoBack") === true;
}
