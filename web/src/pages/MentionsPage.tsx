/** The buzzes that mention one. Looking at them makes them read, those too that come while one looks. */
import { useEffect, useLayoutEffect } from "react";
import { viewerOf } from "../ui/people/account";
import { useBuzzer } from "../ui/hooks/buzzer-context";
import { Empty } from "../ui/common/Empty";
import { FeedView } from "../ui/buzz/FeedView";
import { MentionsIcon } from "../ui/common/icons";
import { PageHeader } from "../ui/common/PageHeader";
import { useReadable } from "../ui/hooks/use-readable";
import { historyEntry } from "../ui/place/history-entry";
import { placeOf } from "../ui/place/scroll-memory";

export default function MentionsPage() {
  const buzzer = useBuzzer();
  const viewer = viewerOf(useReadable(buzzer.account)) ?? "";
  const feed = buzzer.feed({ kind: "mentions", of: viewer });
  const { status, waiting } = useReadable(feed.state);
  const unread = useReadable(buzzer.unreadMentions);
  useLayoutEffect(() => {
    // The feed is live long before one comes to look, and what came meanwhile is what one comes for. On Back one goes on
    // where one was, below it.
    if (status === "ready" && placeOf(historyEntry()) === undefined) feed.showNew();
  }, [feed, status]);
  useEffect(() => {
    if (status !== "ready" || unread === 0 || waiting > 0) return;
    const look = (): void => {
      if (!document.hidden) buzzer.markMentionsRead();
    };
    look();
    document.addEventListener("visibilitychange", look);
    return () => {
      document.removeEventListener("visibilitychange", look);
    };
  }, [buzzer, status, unread, waiting]);
  return (
    <>
      <PageHeader title="Mentions" />
      <FeedView
        key={feed.key}
        feed={feed}
        name="Mentions"
        empty={
          <Empty icon={<MentionsIcon size={32} />} title="Nobody has mentioned you yet">
            <p>When somebody writes @{viewer}, it shows here.</p>
          </Empty>
        }
      />
    </>
  );
}
