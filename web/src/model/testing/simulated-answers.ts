/** How the simulated grid answers requests. */
import type { Buzz, Request } from "../../protocol/v1";
import type { Account, Message, SimulatedGrid, SimulatedSocket } from "./simulated-grid";

export function error(code: string, definite: boolean): Message {
  return { type: "error", error: { type: "", title: "", status: 400, detail: code, code, definite } };
}

const INDEFINITE = new Set(["unavailable", "key_expired"]);
const WRITES = new Set(["post", "edit", "delete", "follow", "unfollow", "logout", "get_grid"]);

/** `judged`: true, or the code to refuse with. */
export function answer(
  grid: SimulatedGrid,
  socket: SimulatedSocket,
  request: Request,
  judged: true | string,
): readonly Message[] {
  if (judged !== true) return [error(judged, !INDEFINITE.has(judged))];
  if (socket.user === undefined && WRITES.has(request.type)) return [error("unauthorized", true)];
  const key = "key" in request ? request.key : undefined;
  const known = key === undefined ? undefined : grid.answered.get(key);
  if (known !== undefined) return [known as Message];
  const answers = decide(grid, socket, request);
  const [first] = answers;
  if (key !== undefined && first !== undefined) grid.answered.set(key, first);
  return answers;
}

function decide(grid: SimulatedGrid, socket: SimulatedSocket, request: Request): readonly Message[] {
  switch (request.type) {
    case "register": {
      if (grid.accounts.has(request.name.toLowerCase())) return [error("name_taken", true)];
      const account = { name: request.name, password: request.password, follows: new Set<string>() };
      grid.accounts.set(request.name.toLowerCase(), account);
      return [{ type: "registered", user: { name: request.name } }];
    }
    case "login": {
      const account = grid.accounts.get(request.name.toLowerCase());
      if (account?.password !== request.password) return [error("invalid_credentials", true)];
      const token = `token-${account.name}-${String(grid.tokens.size)}`;
      grid.tokens.set(token, account);
      return [loggedIn(socket, account, token)];
    }
    case "authenticate": {
      const token = request.token ?? grid.cookie;
      if (token === undefined) return [error("unauthorized", true)];
      const account = grid.tokens.get(token);
      return [account === undefined ? error("session_ended", true) : loggedIn(socket, account)];
    }
    case "logout":
      for (const [token, account] of grid.tokens) if (account === socket.user) grid.tokens.delete(token);
      socket.user = undefined;
      socket.subscriptions.clear();
      return [{ type: "logged_out" }];
    case "post": {
      const { id, version, posted } = grid.post(socket.user?.name ?? "", request.text, request.in_reply_to);
      return [{ type: "posted", buzz_id: id, version, posted }];
    }
    case "edit":
      return [
        {
          type: "edited",
          buzz_id: request.buzz_id,
          version: grid.edit(request.buzz_id, request.text).version,
        },
      ];
    case "delete":
      return [{ type: "deleted", buzz_id: request.buzz_id, version: grid.remove(request.buzz_id).version }];
    case "follow":
    case "unfollow": {
      const done = request.type === "follow" ? "followed" : "unfollowed";
      grid.follow(socket.user?.name ?? "", request.name, done);
      return [{ type: done, name: request.name }];
    }
    case "get_feed":
      return [page(grid.feed(request.feed), request)];
    case "get_buzz": {
      const buzz = grid.buzzes.get(request.buzz_id);
      return [buzz === undefined ? error("unknown_buzz", true) : { type: "buzz", buzz }];
    }
    case "get_thread":
      return [thread(grid, request.buzz_id)];
    case "get_followees": {
      const users = [...grid.account(request.name).follows].sort().map((name) => ({ name }));
      return [{ type: "users", users }];
    }
    case "get_users":
    case "get_followers": {
      const prefix = request.type === "get_users" ? (request.prefix ?? "").toLowerCase() : "";
      const names = [...grid.accounts].filter(([name]) => name.startsWith(prefix));
      return [{ type: "users", users: names.map(([, { name }]) => ({ name })) }];
    }
    case "get_user": {
      const account = grid.accounts.get(request.name.toLowerCase());
      return [
        account === undefined ? error("unknown_user", true) : { type: "user", user: { name: account.name } },
      ];
    }
    case "subscribe": {
      const { kind, of } = request.feed;
      if (kind === "home" && socket.user?.name.toLowerCase() !== of.toLowerCase()) {
        return [error("unauthorized", true)];
      }
      return subscribe(grid, socket, `${kind}:${of.toLowerCase()}`, request.after);
    }
    case "unsubscribe":
      socket.subscriptions.delete(request.subscription);
      return [{ type: "unsubscribed", subscription: request.subscription }];
    case "get_grid":
      return [{ type: "grid", grid: grid.grid(socket.node) }];
    case "subscribe_grid":
      socket.gridSubscriptions.add(++socket.lastSubscription);
      return [{ type: "subscribed", subscription: socket.lastSubscription }];
    case "ping":
      return [{ type: "pong", time: new Date().toISOString() }];
  }
}

function loggedIn(socket: SimulatedSocket, account: Account, token?: string): Message {
  socket.user = account;
  return { type: "logged_in", user: { name: account.name }, ...(token === undefined ? {} : { token }) };
}

function subscribe(
  grid: SimulatedGrid,
  socket: SimulatedSocket,
  feed: string,
  after: string | undefined,
): readonly Message[] {
  const subscription = ++socket.lastSubscription;
  const now = grid.logs.get(feed)?.at(-1)?.position ?? grid.position;
  const from = after === undefined ? now : Number(after.slice(1));
  const isGap = from < (grid.forgotten.get(feed) ?? 0);
  const last = isGap ? now : from;
  socket.subscriptions.set(subscription, { feed, last });
  const position = `p${String(last)}`;
  const begin = isGap
    ? { type: "gap", subscription, position, reload: true }
    : { type: "mark", subscription, position, ...(after === undefined ? {} : { prev: after }) };
  return [{ type: "subscribed", subscription }, begin];
}

function page(
  feed: readonly Buzz[],
  request: { readonly cursor?: string; readonly direction?: string; readonly limit?: number },
): Message {
  const { cursor, direction = "older", limit = 50 } = request;
  const id = Number(cursor);
  const beyond = feed.filter((buzz) =>
    cursor === undefined ? true : direction === "older" ? Number(buzz.id) < id : Number(buzz.id) > id,
  );
  const ordered = direction === "older" ? beyond : [...beyond].reverse();
  const buzzes = ordered.slice(0, limit);
  const newestFirst = direction === "older" ? buzzes : [...buzzes].reverse();
  const oldest = newestFirst.at(-1)?.id ?? cursor;
  const newest = newestFirst[0]?.id ?? cursor;
  const isOlder = feed.some((buzz) => oldest !== undefined && Number(buzz.id) < Number(oldest));
  return {
    type: "feed",
    buzzes,
    ...(isOlder ? { older: oldest } : {}),
    ...(newest === undefined ? {} : { newer: newest }),
  };
}

function thread(grid: SimulatedGrid, id: string): Message {
  const asked = grid.buzzes.get(id);
  if (asked === undefined) return error("unknown_buzz", true);
  const path = [asked];
  for (let at = asked; at.in_reply_to !== undefined;) {
    const parent = grid.buzzes.get(at.in_reply_to);
    if (parent === undefined) break;
    path.unshift(parent);
    at = parent;
  }
  const below = new Set([id]);
  const replies = [...grid.buzzes.values()].filter((buzz) => {
    if (buzz.in_reply_to === undefined || !below.has(buzz.in_reply_to)) return false;
    below.add(buzz.id);
    return true;
  });
  return { type: "thread", path, replies };
}
