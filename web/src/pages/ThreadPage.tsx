/** A buzz with its conversation: what it replies to above, the replies below, live. */
import { useCallback, useEffect } from "react";
import type { Buzz, ThreadState } from "../model/buzzer";
import { useBuzzer } from "../ui/hooks/buzzer-context";
import type { BuzzCardProps } from "../ui/buzz/BuzzCard";
import { BuzzList } from "../ui/buzz/BuzzList";
import { Problem } from "../ui/buzz/FeedView";
import { Loading } from "../ui/common/Loading";
import { PageHeader } from "../ui/common/PageHeader";
import { useReadable } from "../ui/hooks/use-readable";

export default function ThreadPage({ id }: { id: string }) {
  const thread = useBuzzer().thread(id);
  const state = useReadable(thread.state);
  useEffect(() => thread.open(), [thread]);
  return (
    <>
      <PageHeader title="Buzz" back />
      {state.status === "loading" && <Loading />}
      {state.status === "refused" && (
        <Problem
          text={state.problem?.message ?? "It could not be read."}
          onRetry={() => {
            thread.reload();
          }}
        />
      )}
      {state.status === "ready" && (
        <Conversation
          key={id}
          id={id}
          state={state}
          onMore={() => {
            thread.loadMore();
          }}
        />
      )}
    </>
  );
}

function Conversation({ id, state, onMore }: { id: string; state: ThreadState; onMore: () => void }) {
  const { path, replies, more } = state;
  const outgoing = useReadable(useBuzzer().outgoing);
  const shown = new Set([...path, ...replies].map((buzz) => buzz.id));
  const own = outgoing.filter(({ inReplyTo }) => inReplyTo !== undefined && shown.has(inReplyTo));
  const look = useLook(id, path, replies);
  return (
    <>
      <BuzzList
        name="Conversation"
        buzzes={[...path, ...replies]}
        outgoing={own}
        outgoingAt="end"
        look={look}
        beginAt={id}
        busy={more === "loading"}
        onNearEnd={more === "more" || more === "loading" ? onMore : undefined}
      />
      {more === "loading" && <Loading label="Loading more replies" />}
      {more === "failed" && <Problem text="More replies could not be read." onRetry={onMore} />}
      <div className="FeedView-end" />
    </>
  );
}

/** The buzz itself is large, those above are bound to it; a reply to a reply says to whom. */
function useLook(
  id: string,
  path: readonly Buzz[],
  replies: readonly Buzz[],
): (buzz: Buzz) => Pick<BuzzCardProps, "prominent" | "bound" | "replyTo"> {
  return useCallback(
    (buzz: Buzz) => {
      if (buzz.id === id) return { prominent: true, replyTo: "" };
      if (path.some((above) => above.id === buzz.id)) return { bound: true, replyTo: "" };
      if (buzz.in_reply_to === id) return { replyTo: "" };
      const to = replies.find((reply) => reply.id === buzz.in_reply_to);
      return to === undefined || to.deleted === true ? {} : { replyTo: to.author };
    },
    [id, path, replies],
  );
}
