/** A small community for the pictures: who there is, who follows whom, what they write. All of it is made up. */
import type { Buzz } from "../../src/protocol/v1";
import type { People, Person } from "../e2e/support/people";

interface Said {
  readonly by: string;
  readonly text: string;
  /** Minutes before the picture. */
  readonly ago: number;
  /** Which one it replies to, by its place in the list. */
  readonly to?: number;
}

export const ME = "mira";
export const FRIEND = "kestrel";
export const TOPIC = "allotment";
const NAMES = [ME, FRIEND, "oleander", "nils_t", "junebug", "harbour", "tamsin", "quill"];

/** From old to new. */
const SAID: readonly Said[] = [
  {
    by: "harbour",
    ago: 2900,
    text: "First ferry of the season. Empty decks, flat sea, far too much coffee. #ferry",
  },
  { by: "quill", ago: 2700, text: "A question for the evening: which book have you given away most often?" },
  { by: ME, ago: 2640, text: "@quill The one about moss. I keep buying it again.", to: 1 },
  {
    by: "tamsin",
    ago: 1500,
    text: "The bread rose over the edge of the bowl again. I call it a hat. #bread",
  },
  {
    by: "nils_t",
    ago: 1430,
    text: "Pulled the plug on node 2 in the middle of a conversation. Nobody noticed. #grid",
  },
  {
    by: "junebug",
    ago: 1420,
    text: "@nils_t I noticed! Well: I noticed that there was nothing to notice.",
    to: 4,
  },
  {
    by: "oleander",
    ago: 800,
    text: "Beans are in, netting is up, the pigeons hold a meeting on the fence. #allotment",
  },
  {
    by: FRIEND,
    ago: 620,
    text: "Two kestrels above the old gasworks this morning, and nobody else looking up. #birds",
  },
  { by: "harbour", ago: 410, text: "Fog. The timetable is a work of fiction today. #ferry" },
  {
    by: "tamsin",
    ago: 300,
    text: "Rye, caraway, a long wait. Recipe here: https://bread.example/rye #bread",
  },
  {
    by: "quill",
    ago: 190,
    text: "Found a second-hand atlas with somebody's holidays drawn into it in pencil.\n\nFollowing them next summer.",
  },
  {
    by: "oleander",
    ago: 95,
    text: "Whoever left a jar of honey at plot 14: thank you! @mira, was that you? #allotment",
  },
  { by: ME, ago: 81, text: "It was the bees, I only carried it. #bees #allotment", to: 11 },
  {
    by: "junebug",
    ago: 74,
    text: "The bees have good taste in neighbours. @mira, are there jars left?",
    to: 12,
  },
  { by: ME, ago: 70, text: "Three. First come, first served, bring bread.", to: 13 },
  { by: "tamsin", ago: 66, text: "On my way with a hat-shaped loaf.", to: 14 },
  {
    by: "nils_t",
    ago: 42,
    text: "64 nodes on one laptop and the fan is still quieter than the kettle. #grid",
  },
  { by: FRIEND, ago: 26, text: "@mira The swifts are back above your roof. I counted nine. #birds" },
  { by: "oleander", ago: 11, text: "Rain at last. You can hear the whole #allotment breathe out." },
  {
    by: "harbour",
    ago: 4,
    text: "Last crossing tonight at nine. Bring a coat, stay for the stars. #ferry #stars",
  },
];

export interface Community {
  readonly me: Person;
  /** Of the buzz whose thread is shown. */
  readonly thread: string;
  /** What a page is told, with the times as the list above says. */
  readonly retimed: (message: string) => string;
}

export async function settle(people: People): Promise<Community> {
  const persons = new Map<string, Person>();
  for (const name of NAMES) persons.set(name, await people.joinAs(name));
  const person = (name: string): Person => {
    const found = persons.get(name);
    if (found === undefined) throw new Error(`there is no ${name}`);
    return found;
  };
  for (const [place, name] of NAMES.entries()) {
    const others = NAMES.filter((other, at) => other !== name && (name === ME || (at * 3 + place) % 4 !== 0));
    for (const other of others) await person(name).talker.ask({ type: "follow", name: other });
  }
  const ids: string[] = [];
  for (const { by, text, to } of SAID) {
    ids.push(await person(by).talker.post(text, to === undefined ? undefined : ids[to]));
  }
  const now = Date.now();
  const times = new Map(
    ids.map((id, at) => [id, new Date(now - (SAID[at]?.ago ?? 0) * 60_000).toISOString()]),
  );
  return { me: person(ME), thread: ids[11] ?? "", retimed: (message) => retime(message, times) };
}

function retime(message: string, times: ReadonlyMap<string, string>): string {
  return JSON.stringify(
    JSON.parse(message, (_key, value: unknown) =>
      isBuzz(value) ? { ...value, posted: times.get(value.id) ?? value.posted } : value,
    ),
  );
}

function isBuzz(value: unknown): value is Buzz {
  return (
    typeof value === "object" && value !== null && "id" in value && "author" in value && "posted" in value
  );
}
