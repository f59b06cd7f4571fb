/**
 * Follows a user or stops it: shown at once, taken back with a notice when refused (model). Guests are led to the log-in
 * and come back. Nothing for oneself. One change at a time: of two at once the first may be done last.
 */
import { useState } from "react";
import { Link, useLocation } from "wouter";
import { logInPath, sameName, viewerOf } from "./account";
import { useBuzzer } from "../hooks/buzzer-context";
import { useReadable } from "../hooks/use-readable";
import "./FollowButton.css";

export interface FollowButtonProps {
  name: string;
  /** In a list of users: smaller, and the accessible name says whom: "Follow @name". */
  inList?: boolean;
  /** The grid has done it. */
  onDone?: () => void;
}

export function FollowButton({ name, inList = false, onDone }: FollowButtonProps) {
  const buzzer = useBuzzer();
  const account = useReadable(buzzer.account);
  const followed = useReadable(buzzer.followed);
  const [path] = useLocation();
  const [busy, setBusy] = useState(false);
  const label = (verb: string) => (inList ? { "aria-label": `${verb} @${name}` } : {});
  const size = inList ? "FollowButton Button Button--small" : "FollowButton Button";

  if (account.status === "guest") {
    if (inList) return null;
    return (
      <Link className={`${size} Button--primary`} href={logInPath(path)}>
        Follow
      </Link>
    );
  }
  const viewer = viewerOf(account);
  if (viewer === undefined || sameName(viewer, name)) return null;

  const isFollowed = followed?.has(name.toLowerCase()) === true;
  const change = () => {
    if (busy) return;
    setBusy(true);
    const done = isFollowed ? buzzer.unfollow(name) : buzzer.follow(name);
    // A refusal has had its notice.
    done
      .then(onDone, () => undefined)
      .finally(() => {
        setBusy(false);
      });
  };
  return (
    <button
      type="button"
      className={isFollowed ? size : `${size} Button--primary`}
      disabled={followed === undefined}
      // Not disabled: it has the focus.
      aria-disabled={busy}
      onClick={change}
      {...label(isFollowed ? "Unfollow" : "Follow")}
    >
      {isFollowed ? "Unfollow" : "Follow"}
    </button>
  );
}
