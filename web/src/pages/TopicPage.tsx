/** The buzzes with a topic, live. */
import { useBuzzer } from "../ui/hooks/buzzer-context";
import { Empty } from "../ui/common/Empty";
import { FeedView } from "../ui/buzz/FeedView";
import { PageHeader } from "../ui/common/PageHeader";
import "./TopicPage.css";

export default function TopicPage({ name }: { name: string }) {
  const feed = useBuzzer().feed({ kind: "topic", of: name });
  return (
    <>
      <PageHeader title={`#${name}`} back />
      <FeedView
        key={feed.key}
        feed={feed}
        name={`#${name}`}
        empty={
          <Empty icon={<span className="TopicPage-mark">#</span>} title={`Nothing about #${name} yet`}>
            Write #{name} in a buzz, and it shows here.
          </Empty>
        }
      />
    </>
  );
}
