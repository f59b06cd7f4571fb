/** Every page there is, with something on it: for what must hold on each of them. */
import type { People, Person } from "./people";
import { newName } from "./people";

export interface Somewhere {
  readonly path: string;
  readonly title: string;
  /** Shown when the page has what it asked for. */
  readonly shows: string;
}

export interface World {
  readonly person: Person;
  readonly friend: Person;
  readonly pages: readonly Somewhere[];
}

/** A person, and the pages of a small world around them. */
export async function furnish(people: People, text = "Hello"): Promise<World> {
  const [ann, bob] = [await people.join("ann_of_the_grid"), await people.join("bob")];
  await people.befriend(ann, bob);
  const topic = newName("topic");
  const root = await ann.talker.post(`${text} #${topic}`);
  const reply = await bob.talker.post(
    `${text} @${ann.name}, see https://buzzer.example/ and #${topic}`,
    root,
  );
  await ann.talker.post(`${text} again`, reply);
  const pages = [
    { path: "/", title: "Home", shows: "again" },
    { path: `/@${ann.name}`, title: `@${ann.name}`, shows: "again" },
    { path: `/@${bob.name}`, title: `@${bob.name}`, shows: "buzzer.example" },
    { path: `/@${bob.name}/followers`, title: `@${bob.name}`, shows: ann.name },
    { path: `/@${bob.name}/following`, title: `@${bob.name}`, shows: ann.name },
    { path: `/tag/${topic}`, title: `#${topic}`, shows: "buzzer.example" },
    { path: `/buzz/${reply}`, title: "Buzz", shows: "again" },
    { path: "/mentions", title: "Mentions", shows: "buzzer.example" },
    { path: `/search?q=${ann.name}`, title: "Search", shows: ann.name },
    { path: "/settings", title: "Settings", shows: "Light" },
    { path: "/grid", title: "Grid", shows: "Nodes" },
    { path: "/no/such/page", title: "", shows: "There is no such page" },
  ];
  return { person: ann, friend: bob, pages };
}

/** Those that are otherwise for who is not logged in. */
export const GUEST_PAGES: readonly Somewhere[] = [
  { path: "/", title: "", shows: "Sign up" },
  { path: "/login", title: "Log in", shows: "Password" },
  { path: "/signup", title: "Sign up", shows: "Password" },
  { path: "/grid", title: "Grid", shows: "Nodes" },
  { path: "/@nobody_at_all", title: "", shows: "@nobody_at_all" },
];
