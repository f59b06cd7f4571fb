/**
 * The top of a user's page: picture, name, since when, and the counts as links. What a user says of itself, and a picture
 * of its own, will stand here too: under the name, and in the avatar's place.
 */
import { Link } from "wouter";
import type { User } from "../../protocol/v1";
import { Avatar } from "../common/Avatar";
import { FollowButton } from "./FollowButton";
import "./Profile.css";

export interface ProfileProps {
  name: string;
  /** Undefined: not known yet. */
  user: User | undefined;
  /** Followed, or not any more: the counts have changed. */
  onFollowed: () => void;
}

const month = new Intl.DateTimeFormat("en", { month: "long", year: "numeric" });

function Count({
  href,
  number,
  one,
  many,
}: {
  href: string;
  number: number | undefined;
  one: string;
  many: string;
}) {
  return (
    <li>
      <Link className="Profile-count" href={href}>
        <strong>{number?.toLocaleString("en") ?? "–"}</strong> {number === 1 ? one : many}
      </Link>
    </li>
  );
}

export function Profile({ name, user, onFollowed }: ProfileProps) {
  const path = `/@${name}`;
  return (
    <section className="Profile" aria-label={`About @${name}`}>
      <div className="Profile-ground" />
      <div className="Profile-top">
        <div className="Profile-picture">
          <Avatar name={name} size="large" />
        </div>
        <div className="Profile-actions">
          <FollowButton name={name} onDone={onFollowed} />
        </div>
      </div>
      <p className="Profile-name">@{name}</p>
      <p className="Profile-since">
        {user?.registered !== undefined && (
          <>
            Here since <time dateTime={user.registered}>{month.format(new Date(user.registered))}</time>
          </>
        )}
      </p>
      <ul className="Profile-counts">
        <Count href={path} number={user?.buzzes} one="buzz" many="buzzes" />
        <Count href={`${path}/followers`} number={user?.followers} one="follower" many="followers" />
        <Count href={`${path}/following`} number={user?.following} one="following" many="following" />
      </ul>
    </section>
  );
}
