/**
 * Users of a grid for one test, with names that no other test has. Made through the protocol; a page is logged in as
 * one of them by the session cookie, as after an earlier visit.
 */
import { randomBytes } from "node:crypto";
import type { Wish } from "./talker";
import { RequestFailed, Talker } from "./talker";
import type { Grid } from "./grid";
import { waitFor } from "./wait";

export const PASSWORD = "correct horse";

export interface Person {
  readonly name: string;
  readonly token: string;
  /** Logged in. */
  readonly talker: Talker;
  /** Where the account lives. */
  readonly home: number;
}

export interface Wanted {
  /** The node that the talker is connected to. */
  readonly node?: number;
  /** The account shall live on another node than this one. */
  readonly notAtHomeOn?: number;
}

export function newName(kind: string): string {
  return `${kind}_${randomBytes(4).toString("hex")}`;
}

export class People {
  private readonly talkers: Talker[] = [];

  constructor(private readonly grid: Grid) {}

  /** `kind`: how the name begins, for whoever reads a trace. */
  async join(kind: string, wanted: Wanted = {}): Promise<Person> {
    for (;;) {
      const person = await this.register(newName(kind), wanted.node ?? 0);
      if (person.home !== wanted.notAtHomeOn) return person;
      person.talker.close();
    }
  }

  /** By a name of the caller's choice, which is free in this grid. */
  joinAs(name: string): Promise<Person> {
    return this.register(name, 0);
  }

  /** Each follows all the others. */
  async befriend(...friends: readonly Person[]): Promise<void> {
    const pairs = friends.flatMap((one) =>
      friends.filter((other) => other !== one).map((other) => ({ one, other })),
    );
    await Promise.all(pairs.map(({ one, other }) => one.talker.ask({ type: "follow", name: other.name })));
  }

  /** A further connection of somebody. */
  async connect(person: Person, node: number): Promise<Talker> {
    const talker = await this.talk(node);
    await talker.ask({ type: "authenticate", token: person.token });
    return talker;
  }

  /** A connection of nobody yet. */
  async talk(node: number): Promise<Talker> {
    const talker = await Talker.open(this.grid.port(node));
    this.talkers.push(talker);
    return talker;
  }

  leave(): void {
    for (const talker of this.talkers) talker.close();
  }

  private async register(name: string, node: number): Promise<Person> {
    const talker = await this.talk(node);
    const key = `register-${name}`;
    await untilAvailable(() =>
      talker.ask({ type: "register", name, password: PASSWORD, key } satisfies Wish),
    );
    const { token } = await untilAvailable(() => talker.ask({ type: "login", name, password: PASSWORD }));
    const { home } = (await talker.ask({ type: "get_grid" })).grid;
    if (token === undefined || home === undefined) throw new Error(`${name} got no token or has no home`);
    return { name, token, talker, home };
  }
}

/** Where a node has just been started again, some homes may be about to serve. */
async function untilAvailable<T>(act: () => Promise<T>): Promise<T> {
  const { value } = await waitFor("a home that serves", async () => {
    try {
      return { value: await act() };
    } catch (error) {
      if (error instanceof RequestFailed && error.code === "unavailable") return undefined;
      throw error;
    }
  });
  return value;
}
