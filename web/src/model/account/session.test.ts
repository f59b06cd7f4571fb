import { afterEach, beforeEach, describe, expect, it, vi } from "vitest";
import { createBuzzer } from "../create-buzzer";
import { during, newWorld, soon, visit, visitAsAlice } from "../testing/visit";

beforeEach(() => {
  vi.useFakeTimers({ now: Date.parse("2026-06-23T12:00:00Z") });
});
afterEach(() => {
  vi.useRealTimers();
});

describe("who one is", () => {
  it("is a guest when no session is known", async () => {
    const world = newWorld();
    const buzzer = visit(world);
    expect(buzzer.account.get()).toEqual({ status: "unknown" });
    expect(buzzer.connection.get()).toEqual({ status: "connecting" });
    await soon();
    expect(buzzer.account.get()).toEqual({ status: "guest" });
    expect(buzzer.connection.get()).toEqual({ status: "online", node: 0 });
    buzzer.stop();
  });

  it("is a member after registering, and after a reload by the cookie alone", async () => {
    const world = newWorld();
    const first = visit(world);
    await soon();
    await during(first.register("Alice", "secret"));
    expect(first.account.get()).toEqual({ status: "member", name: "Alice" });
    first.stop();
    expect([...world.browser.small.values(), ...world.browser.large.values()].join()).not.toContain("token-");

    const second = visit(world);
    expect(second.account.get()).toEqual({ status: "unknown", name: "Alice" });
    await soon();
    expect(second.account.get()).toEqual({ status: "member", name: "Alice" });
    second.stop();
  });

  it("stays so by the token when the page's own node is dead", async () => {
    const world = newWorld();
    const buzzer = await visitAsAlice(world);
    world.grid.cookie = undefined;
    world.grid.kill(0);
    await soon();
    expect(buzzer.connection.get()).toEqual({ status: "online", node: 1 });
    expect(buzzer.account.get()).toEqual({ status: "member", name: "alice" });
    buzzer.stop();
  });

  it("stays so while nobody can say: only a definite answer makes a guest", async () => {
    const world = newWorld();
    const first = await visitAsAlice(world);
    first.stop();
    world.grid.judge = ({ type }) => (type === "authenticate" ? "unavailable" : true);
    const second = visit(world);
    await soon(5_000);
    expect(second.account.get()).toEqual({ status: "unknown", name: "alice" });
    expect(second.connection.get().status).toBe("offline");
    // What is public can be read all the same.
    await expect(during(second.ask({ type: "get_user", name: "alice" }))).resolves.toMatchObject({
      user: { name: "alice" },
    });
    world.grid.judge = () => true;
    await soon(6_000);
    expect(second.account.get().status).toBe("member");
    second.stop();

    world.grid.tokens.clear();
    const third = visit(world);
    await soon();
    expect(third.account.get()).toEqual({ status: "guest" });
    third.stop();
  });

  it("hands the token over for the cookie as soon as the page's own node is there again", async () => {
    const world = newWorld();
    world.grid.account("alice");
    const first = await visitAsAlice(world);
    first.stop();
    world.grid.cookie = undefined;
    world.browser.small.delete("buzzer.account");
    world.grid.kill(0);
    const second = visit(world);
    await soon();
    await during(second.logIn("alice", "secret"));
    expect(second.connection.get().node).toBe(1);
    expect(world.grid.cookie).toBeUndefined();
    world.grid.down.clear();
    world.grid.kill(1);
    await soon(1_000);
    expect(world.grid.cookie).toBeDefined();
    second.stop();
  });

  it("is forgotten by a logout, with all that was kept", async () => {
    const world = newWorld();
    const buzzer = await visitAsAlice(world);
    buzzer.post("something");
    await soon(2_000);
    buzzer.markMentionsRead();
    await during(buzzer.logOut());
    await soon();
    expect(buzzer.account.get()).toEqual({ status: "guest" });
    expect(buzzer.connection.get().status).toBe("online");
    expect(world.grid.cookie).toBeUndefined();
    expect(world.grid.tokens.size).toBe(0);
    expect([...world.browser.small.keys()].filter((key) => /account|seen/.test(key))).toEqual([]);
    expect([...world.browser.large.keys()]).toEqual([]);
    buzzer.stop();
  });

  it("is shown only when the cookie is there, so that a reload at once finds it", async () => {
    const world = newWorld();
    world.grid.account("alice");
    const environment = world.browser.environment();
    const kept: RequestInit[] = [];
    let answered = (): void => undefined;
    const buzzer = createBuzzer({
      ...environment,
      fetch: async (url, options) => {
        if (options?.method === "POST") {
          kept.push(options);
          await new Promise<void>((resolve) => (answered = resolve));
        }
        return environment.fetch(url, options);
      },
    });
    await soon();
    const loggedIn = buzzer.logIn("alice", "secret");
    await soon(1_000);
    expect(kept).toMatchObject([{ keepalive: true }]);
    expect(buzzer.account.get().status).toBe("guest");
    answered();
    await during(loggedIn);
    expect(buzzer.account.get()).toEqual({ status: "member", name: "alice" });
    buzzer.stop();
  });

  it("without a cookie is one tab's alone: neither takes the other's login away", async () => {
    const world = newWorld();
    world.grid.account("alice");
    const [one, other] = [visit(world), visit(world)];
    await soon();
    world.grid.kill(0);
    await soon(1_000);
    await during(one.logIn("alice", "secret"));
    await soon(5_000);
    expect(one.account.get()).toEqual({ status: "member", name: "alice" });
    expect(other.account.get()).toEqual({ status: "guest" });
    // As soon as there is one, it is everybody's.
    world.grid.down.clear();
    world.grid.kill(1);
    await soon(5_000);
    for (const buzzer of [one, other]) {
      expect(buzzer.account.get()).toEqual({ status: "member", name: "alice" });
      buzzer.stop();
    }
  });

  it("goes on by the cookie when the token of this page's own login is no good any more", async () => {
    const world = newWorld();
    const buzzer = await visitAsAlice(world);
    const [before] = world.grid.tokens.keys();
    const second = visit(world);
    await soon();
    await during(second.logIn("alice", "secret"));
    second.stop();
    world.grid.tokens.delete(before ?? "");
    world.grid.open[0]?.cut();
    await soon(2_000);
    expect(buzzer.account.get()).toEqual({ status: "member", name: "alice" });
    buzzer.stop();
  });

  it("is asked for again when another tab has emptied the storage", async () => {
    const world = newWorld();
    const tab = world.browser.tab();
    world.grid.account("alice");
    const buzzer = visit(world, tab);
    await soon();
    await during(buzzer.logIn("alice", "secret"));
    world.browser.small.clear();
    tab.changers.tell(undefined);
    await soon();
    expect(buzzer.account.get()).toEqual({ status: "guest" });
    buzzer.stop();
  });

  it("signed up once, however often one has to press", async () => {
    const world = newWorld();
    const buzzer = visit(world);
    await soon();
    let loses = true;
    world.grid.judge = (_request, socket) => {
      socket.loses = ({ type }) => loses && type === "registered";
      return true;
    };
    await expect(during(buzzer.register("Alice", "secret"), 16_000)).rejects.toMatchObject({
      code: "offline",
    });
    loses = false;
    await during(buzzer.register("Alice", "secret"));
    expect(buzzer.account.get()).toEqual({ status: "member", name: "Alice" });
    buzzer.stop();
  });

  it("changes in all tabs", async () => {
    const world = newWorld();
    const other = visit(world);
    await soon();
    const one = await visitAsAlice(world);
    await soon(1_000);
    expect(other.account.get()).toEqual({ status: "member", name: "alice" });
    await during(one.logOut());
    await soon();
    expect(other.account.get()).toEqual({ status: "guest" });
    one.stop();
    other.stop();
  });
});

describe("what is asked", () => {
  it("is refused with a sentence for people", async () => {
    const world = newWorld();
    const buzzer = visit(world);
    await soon();
    await expect(during(buzzer.logIn("nobody", "x"))).rejects.toMatchObject({
      code: "invalid_credentials",
      message: "Wrong name or password.",
      definite: true,
    });
    await expect(during(buzzer.ask({ type: "get_user", name: "nobody" }))).rejects.toMatchObject({
      code: "unknown_user",
    });
    buzzer.stop();
  });

  it("fails as offline when no node answers in time", async () => {
    const world = newWorld();
    for (const node of [0, 1, 2]) world.grid.kill(node);
    const buzzer = visit(world);
    const asked = buzzer.ask({ type: "get_user", name: "alice" });
    await expect(during(asked, 16_000)).rejects.toMatchObject({ code: "offline", definite: false });
    buzzer.stop();
  });

  it("goes on at another node when the first dies in the middle", async () => {
    const world = newWorld();
    const buzzer = await visitAsAlice(world);
    world.grid.judge = ({ type }, { node }) => !(type === "get_user" && node === 0);
    const asked = buzzer.ask({ type: "get_user", name: "alice" });
    await soon();
    world.grid.kill(0);
    await expect(during(asked, 1_000)).resolves.toMatchObject({ user: { name: "alice" } });
    buzzer.stop();
  });
});
