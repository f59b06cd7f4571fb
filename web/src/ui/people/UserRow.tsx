/** A user in a list: the whole row leads to the user, the button beside it follows. */
import { Link } from "wouter";
import type { User } from "../../protocol/v1";
import { Avatar } from "../common/Avatar";
import { FollowButton } from "./FollowButton";
import "./UserRow.css";

export function UserRow({ user }: { user: User }) {
  const { name, buzzes, followers } = user;
  return (
    <li className="UserRow">
      <Avatar name={name} />
      <div className="UserRow-who">
        <Link className="UserRow-name" href={`/@${name}`}>
          @{name}
        </Link>
        {buzzes !== undefined && followers !== undefined && (
          <p className="UserRow-counts">
            {count(buzzes, "buzz", "buzzes")} · {count(followers, "follower", "followers")}
          </p>
        )}
      </div>
      <FollowButton name={name} inList />
    </li>
  );
}

/** "1 buzz", "12 buzzes". */
export function count(number: number, one: string, many: string): string {
  return `${number.toLocaleString("en")} ${number === 1 ? one : many}`;
}
