/** Whom an account follows: all of it, asked again until it is there. */
import type { Asker } from "../../grid/asker";
import { asFailure } from "../../grid/failure";
import type { Cursor } from "../../protocol/v1";

const PAGE = 200;

/** In lower case. Goes on trying while `wanted` says so; undefined once it does not, or when refused. */
export async function readFollowed(
  asker: Asker,
  name: string,
  wanted: () => boolean,
): Promise<ReadonlySet<string> | undefined> {
  const names = new Set<string>();
  let cursor: Cursor | undefined;
  while (wanted()) {
    const rest = cursor === undefined ? {} : { cursor };
    try {
      const wish = { type: "get_followees", name, limit: PAGE, ...rest } as const;
      const page = await asker.ask(wish, { member: name.toLowerCase() }, 60_000);
      for (const user of page.users) names.add(user.name.toLowerCase());
      if (page.next === undefined) return names;
      cursor = page.next;
    } catch (thrown) {
      if (asFailure(thrown).definite) return undefined;
    }
  }
  return undefined;
}
