/**
 * A feed with everything that belongs to it, for pages: opens it, shows its state, announces new buzzes, reads on at
 * both ends. Give it the feed's key as its React key when a page shows one feed after another.
 */
import { useEffect, useState, type ReactNode } from "react";
import type { FeedModel } from "../../model/buzzer";
import { useBuzzer } from "../hooks/buzzer-context";
import { BuzzList } from "./BuzzList";
import { Empty } from "../common/Empty";
import { WarningIcon } from "../common/icons";
import { Loading } from "../common/Loading";
import { NewBuzzesButton } from "./NewBuzzesButton";
import { useReadable } from "../hooks/use-readable";
import { useShortcut } from "../hooks/use-shortcut";
import "./FeedView.css";

export interface FeedViewProps {
  feed: FeedModel;
  /** The accessible name: "Home", "Buzzes of @name", "#topic", "Mentions". */
  name: string;
  /** Shown when the feed has no buzz: an <Empty>. */
  empty: ReactNode;
  /** Shows one's own buzzes that are on their way at the top. */
  outgoing?: boolean;
}

export function FeedView({ feed, name, empty, outgoing = false }: FeedViewProps) {
  const buzzer = useBuzzer();
  const state = useReadable(feed.state);
  const own = useReadable(buzzer.outgoing);
  const [jump, setJump] = useState(0);
  useEffect(() => feed.open(), [feed]);
  const showNew = (): void => {
    if (state.waiting === 0) return;
    setJump(jump + 1);
    feed.showNew();
  };
  useShortcut(".", showNew);
  const shown = outgoing ? own : undefined;
  const nothing = state.buzzes.length === 0 && (shown?.length ?? 0) === 0;
  // The list asks for more when its end comes near. Where all that was read is gone, no list is drawn.
  const asks = state.status === "ready" && nothing && state.older === "more";
  useEffect(() => {
    if (asks) feed.loadOlder();
  }, [feed, asks]);
  return (
    <div className="FeedView">
      <NewBuzzesButton waiting={state.waiting} authors={state.waitingAuthors} onShow={showNew} />
      {state.status === "loading" && nothing && <Loading />}
      {state.status === "refused" && (
        <Problem
          text={state.problem?.message ?? "It could not be read."}
          onRetry={() => {
            feed.reload();
          }}
        />
      )}
      {state.status === "ready" && nothing && state.older === "end" && empty}
      {state.status !== "refused" && !nothing && (
        <>
          {state.newer === "failed" && (
            <More
              onMore={() => {
                feed.loadNewer();
              }}
            />
          )}
          <BuzzList
            name={name}
            buzzes={state.buzzes}
            {...(shown && { outgoing: shown })}
            busy={state.older === "loading" || state.newer === "loading"}
            jump={jump}
            onNearEnd={
              state.older === "more" || state.older === "loading"
                ? () => {
                    feed.loadOlder();
                  }
                : undefined
            }
            onNearStart={
              state.newer === "more" || state.newer === "loading"
                ? () => {
                    feed.loadNewer();
                  }
                : undefined
            }
          />
        </>
      )}
      {state.status === "ready" && (
        <End
          older={state.older}
          nothing={nothing}
          onMore={() => {
            feed.loadOlder();
          }}
        />
      )}
    </div>
  );
}

function End({ older, nothing, onMore }: { older: string; nothing: boolean; onMore: () => void }) {
  if (older === "failed") return <More onMore={onMore} />;
  if (older === "loading" || (older === "more" && nothing)) return <Loading label="Loading older buzzes" />;
  return <div className="FeedView-end" />;
}

function More({ onMore }: { onMore: () => void }) {
  return (
    <div className="FeedView-more" role="alert">
      <p>More could not be read.</p>
      <button type="button" className="Button Button--small" onClick={onMore}>
        Try again
      </button>
    </div>
  );
}

export function Problem({ text, onRetry }: { text: string; onRetry?: () => void }) {
  return (
    <Empty icon={<WarningIcon size={32} />} title="That did not work" role="alert">
      <p>{text}</p>
      {onRetry !== undefined && (
        <button type="button" className="Button" onClick={onRetry}>
          Try again
        </button>
      )}
    </Empty>
  );
}
