import { afterEach, describe, expect, it } from "vitest";
import { Cell } from "../../base/cell";
import type { Account } from "../../model/buzzer";
import { compose, composing, endComposing, endWithAccount } from "./composing";

afterEach(endComposing);

/** Begins a buzz as `from`, and says whether it is still being written once `to` is who one is. */
function outlasts(from: Account, ...to: readonly Account[]): boolean {
  const account = new Cell(from);
  const end = endWithAccount(account);
  compose({ kind: "new", text: "a secret" });
  for (const next of to) account.set(next);
  end();
  return composing.get() !== undefined;
}

describe("what is being written", () => {
  const alice = { status: "member", name: "alice" } as const;
  const bob = { status: "member", name: "bob" } as const;

  it("ends when somebody else is logged in, or nobody", () => {
    expect(outlasts(alice, bob)).toBe(false);
    expect(outlasts(alice, { status: "unknown", name: "bob" }, bob)).toBe(false);
    expect(outlasts(alice, { status: "guest" })).toBe(false);
    expect(outlasts(alice, { status: "guest" }, alice)).toBe(false);
  });

  it("stays while it is the same account", () => {
    expect(outlasts({ status: "unknown", name: "Alice" }, alice)).toBe(true);
    expect(outlasts(alice, { status: "unknown", name: "alice" }, alice)).toBe(true);
    expect(outlasts({ status: "unknown" }, alice)).toBe(true);
  });

  it("is gone before the next account is told of to whoever watches both", () => {
    const account = new Cell<Account>(alice);
    const end = endWithAccount(account);
    compose({ kind: "new" });
    let seen: unknown = "nothing";
    account.watch(() => {
      seen = composing.get();
    });
    account.set(bob);
    expect(seen).toBeUndefined();
    end();
  });

  it("has a turn of its own each time, so that no composer goes on with the text of another", () => {
    compose({ kind: "new" });
    const first = composing.get()?.turn;
    compose({ kind: "new" });
    expect(composing.get()?.turn).not.toBe(first);
  });
});
