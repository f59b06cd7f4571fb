/** A user: who it is, how many buzzes, followers and followees there are, and the buzzes themselves, live. */
import { sameName, viewerOf } from "../ui/people/account";
import { Empty } from "../ui/common/Empty";
import { FeedView } from "../ui/buzz/FeedView";
import { NoSuchUser } from "../ui/people/NoSuchUser";
import { PageHeader } from "../ui/common/PageHeader";
import { Profile } from "../ui/people/Profile";
import { count } from "../ui/people/UserRow";
import { useBuzzer } from "../ui/hooks/buzzer-context";
import { useReadable } from "../ui/hooks/use-readable";
import { useUser } from "../ui/people/use-user";

export default function UserPage({ name }: { name: string }) {
  const buzzer = useBuzzer();
  const account = useReadable(buzzer.account);
  const feed = buzzer.feed({ kind: "author", of: name });
  const { buzzes, waiting } = useReadable(feed.state);
  // A buzz that came or went changes the counts.
  const { user, problem, reload } = useUser(
    name,
    `${buzzes[0]?.id ?? ""} ${String(buzzes.length + waiting)}`,
  );
  const shown = user?.name ?? name;

  if (user === undefined && problem?.definite === true) {
    return (
      <>
        <PageHeader title={`@${name}`} back />
        <NoSuchUser name={name} problem={problem} />
      </>
    );
  }
  const viewer = viewerOf(account);
  const isSelf = viewer !== undefined && sameName(viewer, name);
  return (
    <>
      <PageHeader
        title={`@${shown}`}
        subtitle={user?.buzzes === undefined ? undefined : count(user.buzzes, "buzz", "buzzes")}
        back
      />
      <Profile name={shown} user={user} onFollowed={reload} />
      <FeedView
        key={feed.key}
        feed={feed}
        name={`Buzzes of @${shown}`}
        outgoing={isSelf}
        empty={
          <Empty title="No buzzes yet">
            {isSelf ? "What you write shows here." : `When @${shown} writes something, it shows here.`}
          </Empty>
        }
      />
    </>
  );
}
