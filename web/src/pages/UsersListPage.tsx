/** Who follows a user, or whom a user follows: by name, read on as one scrolls. */
import { Link } from "wouter";
import { Empty } from "../ui/common/Empty";
import { ProfileIcon } from "../ui/common/icons";
import { NoSuchUser } from "../ui/people/NoSuchUser";
import { PageHeader } from "../ui/common/PageHeader";
import { UserList } from "../ui/people/UserList";
import { useUser } from "../ui/people/use-user";
import { useUserPager } from "../ui/people/use-user-pager";
import "./UsersListPage.css";

export interface UsersListPageProps {
  name: string;
  which: "followers" | "following";
}

const LISTS = [
  { which: "followers", tab: "Followers", path: "followers" },
  { which: "following", tab: "Following", path: "following" },
] as const;

export default function UsersListPage({ name, which }: UsersListPageProps) {
  const type = which === "followers" ? "get_followers" : "get_followees";
  const pager = useUserPager({ type, name });
  const { user, problem } = useUser(name, "");
  const shown = user?.name ?? name;
  if (user === undefined && problem?.definite === true) {
    return (
      <>
        <PageHeader title={`@${name}`} back />
        <NoSuchUser name={name} problem={problem} />
      </>
    );
  }
  return (
    <>
      <PageHeader title={`@${shown}`} back />
      <nav className="UsersListPage-tabs" aria-label={`Lists of @${shown}`}>
        {LISTS.map((list) => (
          <Link
            key={list.which}
            className="UsersListPage-tab"
            href={`/@${name}/${list.path}`}
            replace
            aria-current={list.which === which ? "page" : undefined}
          >
            {list.tab}
          </Link>
        ))}
      </nav>
      <UserList
        key={`${which} ${name}`}
        pager={pager}
        name={which === "followers" ? `Followers of @${shown}` : `Followed by @${shown}`}
        empty={
          <Empty
            icon={<ProfileIcon size={32} />}
            title={which === "followers" ? `Nobody follows @${shown} yet` : `@${shown} follows nobody yet`}
          />
        }
      />
    </>
  );
}
