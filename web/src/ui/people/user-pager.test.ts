import { describe, expect, it, vi } from "vitest";
import { Refusal } from "../../model/buzzer";
import { UserPager, type ReadUsers } from "./user-pager";

type Page = Awaited<ReturnType<ReadUsers>>;

function page(names: readonly string[], next?: string): Page {
  const users = names.map((name) => ({ name }));
  return next === undefined ? { users } : { users, next };
}

async function settled(pager: UserPager): Promise<void> {
  await vi.waitFor(() => {
    expect(pager.state.get().paging).not.toBe("loading");
  });
}

function names(pager: UserPager): readonly string[] {
  return pager.state.get().users.map((user) => user.name);
}

describe("a pager of users", () => {
  it("reads page after page by the cursor of the one before, to the end", async () => {
    const read = vi
      .fn<ReadUsers>()
      .mockResolvedValueOnce(page(["anna", "bob"], "c1"))
      .mockResolvedValueOnce(page(["carl"]));
    const pager = new UserPager(read);
    pager.loadMore();
    await settled(pager);
    expect(pager.state.get().paging).toBe("more");
    pager.loadMore();
    await settled(pager);
    expect(names(pager)).toEqual(["anna", "bob", "carl"]);
    expect(pager.state.get().paging).toBe("end");
    pager.loadMore();
    expect(read.mock.calls).toEqual([[undefined], ["c1"]]);
  });

  it("asks once while a page is on its way", async () => {
    const read = vi.fn<ReadUsers>().mockResolvedValue(page(["anna"]));
    const pager = new UserPager(read);
    pager.loadMore();
    pager.loadMore();
    await settled(pager);
    expect(read).toHaveBeenCalledOnce();
  });

  it("shows a name once, however it is written, though it comes on two pages", async () => {
    const read = vi
      .fn<ReadUsers>()
      .mockResolvedValueOnce(page(["Anna"], "c1"))
      .mockResolvedValueOnce(page(["anna", "bob"]));
    const pager = new UserPager(read);
    pager.loadMore();
    await settled(pager);
    pager.loadMore();
    await settled(pager);
    expect(names(pager)).toEqual(["Anna", "bob"]);
  });

  it("keeps what it has when a page fails, and asks for that page again", async () => {
    const read = vi
      .fn<ReadUsers>()
      .mockResolvedValueOnce(page(["anna"], "c1"))
      .mockRejectedValueOnce(new Refusal("offline", "No node answered.", false))
      .mockResolvedValueOnce(page(["bob"]));
    const pager = new UserPager(read);
    pager.loadMore();
    await settled(pager);
    pager.loadMore();
    await settled(pager);
    expect(pager.state.get()).toMatchObject({ paging: "failed", problem: { code: "offline" } });
    expect(names(pager)).toEqual(["anna"]);
    pager.loadMore();
    await settled(pager);
    expect(names(pager)).toEqual(["anna", "bob"]);
    expect(pager.state.get().problem).toBeUndefined();
    expect(read.mock.calls.map(([cursor]) => cursor)).toEqual([undefined, "c1", "c1"]);
  });

  it("remembers that a page was partial", async () => {
    const read = vi
      .fn<ReadUsers>()
      .mockResolvedValueOnce({ ...page(["anna"], "c1"), partial: true })
      .mockResolvedValueOnce(page(["bob"]));
    const pager = new UserPager(read);
    pager.loadMore();
    await settled(pager);
    pager.loadMore();
    await settled(pager);
    expect(pager.state.get().partial).toBe(true);
  });
});
