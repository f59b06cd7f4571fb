/**
 * The whole client: the page that the path means, within the shell. Home is there at once, the others are fetched when
 * needed. A page is made anew for each path, and begins at its top unless one comes back to it.
 */
import { useLayoutEffect, type ComponentType, type ReactNode } from "react";
import { Redirect, useLocation } from "wouter";
import HomePage from "../pages/HomePage";
import { logInPath } from "../ui/people/account";
import { useBuzzer } from "../ui/hooks/buzzer-context";
import { isArrival } from "../ui/place/history-entry";
import { Loading } from "../ui/common/Loading";
import { part } from "../ui/common/part";
import { useReadable } from "../ui/hooks/use-readable";
import { ErrorBoundary, Unreachable } from "./ErrorBoundary";
import { routeOf, type Route } from "./routes";
import { Shell } from "./Shell";

function page<Props extends object>(
  load: () => Promise<{ default: ComponentType<Props> }>,
): ComponentType<Props> {
  return part(load, { waiting: <Loading />, failed: <Unreachable /> });
}

const GridPage = page(() => import("../pages/GridPage"));
const LogInPage = page(() => import("../pages/LogInPage"));
const MentionsPage = page(() => import("../pages/MentionsPage"));
const NotFoundPage = page(() => import("../pages/NotFoundPage"));
const PageFocus = part(() => import("./PageFocus"));
const SearchPage = page(() => import("../pages/SearchPage"));
const SettingsPage = page(() => import("../pages/SettingsPage"));
const SignUpPage = page(() => import("../pages/SignUpPage"));
const ThreadPage = page(() => import("../pages/ThreadPage"));
const TopicPage = page(() => import("../pages/TopicPage"));
const UserPage = page(() => import("../pages/UserPage"));
const UsersListPage = page(() => import("../pages/UsersListPage"));

export function App() {
  const [path] = useLocation();
  useLayoutEffect(() => {
    if (isArrival()) window.scrollTo(0, 0);
  }, [path]);
  return (
    <Shell>
      <ErrorBoundary key={path}>{pageFor(routeOf(path))}</ErrorBoundary>
      <PageFocus path={path} />
    </Shell>
  );
}

function pageFor(route: Route): ReactNode {
  switch (route.page) {
    case "home":
      return <HomePage />;
    case "login":
      return <LogInPage />;
    case "signup":
      return <SignUpPage />;
    case "mentions":
      return (
        <MembersOnly>
          <MentionsPage />
        </MembersOnly>
      );
    case "search":
      return <SearchPage />;
    case "settings":
      return <SettingsPage />;
    case "grid":
      return <GridPage />;
    case "user":
      return <UserPage name={route.name} />;
    case "users":
      return <UsersListPage name={route.name} which={route.which} />;
    case "topic":
      return <TopicPage name={route.name} />;
    case "thread":
      return <ThreadPage id={route.id} />;
    case "nothing":
      return <NotFoundPage />;
  }
}

function MembersOnly({ children }: { children: ReactNode }) {
  const account = useReadable(useBuzzer().account);
  const [path] = useLocation();
  if (account.status === "guest") return <Redirect to={logInPath(path)} replace />;
  if (account.name === undefined) return <Loading />;
  return children;
}
