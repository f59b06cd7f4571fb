/**
 * Catches what goes wrong while a page is drawn, which is a mistake of ours: the rest of the client stays usable. And
 * what is shown of a page that could not be fetched yet.
 */
import { Component, type ReactNode } from "react";
import { Empty } from "../ui/common/Empty";
import { Problem } from "../ui/buzz/FeedView";
import { OfflineIcon } from "../ui/common/icons";

interface State {
  failed: boolean;
}

export class ErrorBoundary extends Component<{ children: ReactNode }, State> {
  override state: State = { failed: false };

  static getDerivedStateFromError(): State {
    return { failed: true };
  }

  override render(): ReactNode {
    if (!this.state.failed) return this.props.children;
    return (
      <Problem
        text="This page could not be shown."
        onRetry={() => {
          location.reload();
        }}
      />
    );
  }
}

export function Unreachable() {
  return (
    <Empty icon={<OfflineIcon size={32} />} title="Not here yet" role="alert">
      <p>This part of Buzzer could not be fetched. It is tried again until there is a connection.</p>
      {/* There are browsers in which trying again does not help. */}
      <button
        type="button"
        className="Button"
        onClick={() => {
          location.reload();
        }}
      >
        Reload
      </button>
    </Empty>
  );
}
