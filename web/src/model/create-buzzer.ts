/** Makes the model: everything is wired here and only here. It lives as long as the page. */
import { browserEnvironment } from "../base/browser";
import { Cell } from "../base/cell";
import type { Readable } from "../base/cell";
import type { Environment } from "../base/environment";
import { candidates, ownUrl } from "../grid/candidates";
import { GridClient } from "../grid/grid-client";
import { KnownNodes } from "../grid/known-nodes";
import type { Buzzer, Connection, OutgoingBuzz } from "./buzzer";
import { REQUEST_TIMEOUT_MS } from "./buzzer";
import { BuzzStore } from "./buzz-store";
import { follow } from "./follow-cell";
import { Feeds } from "./feed/feeds";
import { LiveGrid } from "./grid-model";
import { Member } from "./account/member";
import { Notices } from "./notices";
import type { Parts } from "./parts";
import { refusalOf } from "./problem-texts";
import { fetchGrid } from "./public-grid";
import { Session } from "./account/session";
import { connectionStatus } from "./status";
import { Suggestions } from "./suggestions";
import { Threads } from "./thread/threads";
import { Wishes } from "./wishes";

export interface RunningBuzzer extends Buzzer {
  /** Ends all connections: for tests. */
  stop(): void;
}

export function createBuzzer(environment: Environment = browserEnvironment()): RunningBuzzer {
  const nodes = new KnownNodes(environment.small);
  const client: GridClient = new GridClient(
    environment,
    () => candidates(environment.origin, nodes.get(), session.needsNoCookie),
    () => session.ended(),
  );
  const session: Session = new Session(environment, client);
  const { account, ready, asker } = session;

  const store = new BuzzStore();
  const notices = new Notices();
  const followed = new Cell<ReadonlySet<string> | undefined>(undefined);
  const outgoing = new Cell<readonly OutgoingBuzz[]>([]);
  const unreadMentions = new Cell(0);
  let member: Member | undefined;

  const nameNow = (): string | undefined => {
    const now = account.get();
    return now.status === "guest" ? undefined : now.name;
  };
  const parts: Parts = {
    ready,
    asker,
    store,
    random: () => environment.random(),
    me: () => nameNow()?.toLowerCase(),
    asMe: () => {
      const name = nameNow()?.toLowerCase();
      return name === undefined ? "member" : { member: name };
    },
    isSending: () => member?.outbox.isSending ?? false,
    isFollowed: (name) => followed.get()?.has(name.toLowerCase()) ?? true,
    followChanged: (entry) => {
      if (entry.follower.toLowerCase() === member?.name.toLowerCase()) member.followChanged(entry);
    },
  };
  const feeds = new Feeds(parts);
  const threads = new Threads(parts);
  const wishes = new Wishes(parts, followed, notices);
  const suggestions = new Suggestions(
    asker,
    () => followed.get(),
    () => parts.me(),
  );
  store.watch({ saw: (buzzes) => suggestions.saw(buzzes) });
  const grid = new LiveGrid(environment, parts, (told) => nodes.learn(told));

  let unfollow: readonly (() => void)[] = [];
  const lookWho = (): void => {
    const name = nameNow();
    if (name?.toLowerCase() === member?.name.toLowerCase()) return;
    for (const end of unfollow) end();
    member?.stop();
    feeds.forget();
    if (member !== undefined) {
      // What the one before has seen is not for the next one.
      store.clear();
      threads.forget();
      suggestions.clear();
      grid.forget();
    }
    member = undefined;
    unfollow = [];
    outgoing.set([]);
    unreadMentions.set(0);
    if (name === undefined) return;
    member = new Member(name, environment, parts, feeds, threads, followed, notices);
    unfollow = [follow(member.outbox.entries, outgoing), follow(member.unread.count, unreadMentions)];
  };
  account.watch(lookWho);

  const connection = new Cell<Connection>({ status: "connecting" });
  const lookStatus = (): void =>
    connection.update((before) => connectionStatus(before, client.failures.get(), ready.get()));
  for (const watched of [client.failures, ready, account] satisfies Readable<unknown>[]) {
    watched.watch(lookStatus);
  }

  // Where else one could go, while there is somebody to ask.
  ready.watch(() => {
    const now = ready.get();
    if (now?.who === "member") {
      void now.connection.ask({ type: "get_grid" }).then(
        (answer) => nodes.learn(answer.grid),
        () => undefined,
      );
    } else if (now?.connection.url === ownUrl(environment.origin)) {
      void fetchGrid(environment).then((told) => told && nodes.learn(told));
    }
  });
  client.connection.watch(() => session.connected(client.connection.get()));
  lookWho();
  client.start();

  const orRefusal = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (thrown) {
      throw refusalOf(thrown);
    }
  };
  return {
    connection,
    account,
    followed,
    unreadMentions,
    outgoing,
    notices: notices.list,
    grid,
    register: (name, password) => orRefusal(session.register(name, password)),
    logIn: (name, password) => orRefusal(session.logIn(name, password)),
    logOut: async () => {
      const leaving = member;
      await orRefusal(session.logOut());
      await leaving?.forget();
    },
    ask: (question) => orRefusal(asker.ask(question, "anyone", REQUEST_TIMEOUT_MS)),
    feed: (feed) => feeds.get(feed),
    thread: (id) => threads.get(id),
    post: (text, inReplyTo) => {
      if (member === undefined) notices.notify("Log in to post a buzz.", "error");
      else member.outbox.post(text, inReplyTo);
    },
    retry: (key) => member?.outbox.retry(key),
    discard: (key) => member?.outbox.discard(key) ?? "",
    edit: (buzz, text) => wishes.edit(buzz, text),
    remove: (buzz) => wishes.remove(buzz),
    follow: (name) => wishes.follow(name),
    unfollow: (name) => wishes.unfollow(name),
    markMentionsRead: () => member?.unread.markRead(),
    notify: (text, kind) => notices.notify(text, kind),
    dismiss: (id) => notices.dismiss(id),
    suggestUsers: (prefix) => suggestions.suggestUsers(prefix),
    suggestTopics: (prefix) => suggestions.suggestTopics(prefix),
    stop: () => {
      member?.stop();
      client.stop();
    },
  };
}
