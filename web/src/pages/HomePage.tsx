/**
 * Home: what those one follows have written, live, and a place to write. Guests are shown what this is instead.
 *
 * What stands above the feed on wide screens (the composer) is opened by a button on phones (app/Navigation.tsx).
 */
import { useRef } from "react";
import { Link } from "wouter";
import { viewerOf } from "../ui/people/account";
import { useBuzzer } from "../ui/hooks/buzzer-context";
import { compose, composing } from "../ui/compose/composing";
import { Empty } from "../ui/common/Empty";
import { FeedView } from "../ui/buzz/FeedView";
import { HomeIcon } from "../ui/common/icons";
import { Loading } from "../ui/common/Loading";
import { PageHeader } from "../ui/common/PageHeader";
import { part } from "../ui/common/part";
import { useMedia } from "../ui/hooks/use-media";
import { useReadable } from "../ui/hooks/use-readable";
import { useShortcut } from "../ui/hooks/use-shortcut";
import "./HomePage.css";

const Composer = part(() => import("../ui/compose/Composer"));
const Landing = part(() => import("./Landing"), { waiting: <Loading /> });

export default function HomePage() {
  const account = useReadable(useBuzzer().account);
  const viewer = viewerOf(account);
  if (viewer !== undefined) return <Home key={viewer.toLowerCase()} viewer={viewer} />;
  return account.status === "guest" ? <Landing /> : <Loading />;
}

function Home({ viewer }: { viewer: string }) {
  const buzzer = useBuzzer();
  const wide = useMedia("(min-width: 700px)");
  return (
    <>
      <PageHeader title="Home" />
      {wide && <InlineComposer />}
      <FeedView
        feed={buzzer.feed({ kind: "home", of: viewer })}
        name="Home"
        outgoing
        empty={
          <Empty icon={<HomeIcon size={32} />} title={`Welcome, @${viewer}`}>
            <p>
              Here is what the people you follow write, and what you write yourself. Find somebody to begin
              with.
            </p>
            <Link className="Button Button--primary" href="/search">
              Find people
            </Link>
          </Empty>
        }
      />
    </>
  );
}

/** Reads its draft anew when the dialog, which has the same one, closes. */
function InlineComposer() {
  const root = useRef<HTMLDivElement>(null);
  const elsewhere = useReadable(composing) !== undefined;
  useShortcut("n", () => {
    const area = root.current?.querySelector("textarea");
    // Out of sight, it would take one away from what one reads.
    if (area === null || area === undefined || area.getBoundingClientRect().bottom < 0)
      compose({ kind: "new" });
    else area.focus();
  });
  return (
    <div ref={root} className="HomePage-composer">
      <Composer key={String(elsewhere)} composing={NEW} inline />
    </div>
  );
}

const NEW = { kind: "new" } as const;
