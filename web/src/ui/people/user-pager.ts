/**
 * Reads a list of users page by page: what stands behind the pages with followers, followees and people found.
 *
 * Owned by who shows the list; made anew for another list. One page is read at a time. A page that fails is asked for
 * again by the next loadMore(); nothing of what is there is lost.
 */
import { Cell, type Readable } from "../../base/cell";
import { Refusal, type Paging } from "../../model/buzzer";
import type { Cursor, User, UsersAnswer } from "../../protocol/v1";

export interface UserPages {
  /** In the order in which they came, each name once. */
  readonly users: readonly User[];
  readonly paging: Paging;
  /** Some may be missing, since a node has not answered. */
  readonly partial: boolean;
  /** With "failed". */
  readonly problem?: Refusal;
}

export type ReadUsers = (
  cursor: Cursor | undefined,
) => Promise<Pick<UsersAnswer, "users" | "next" | "partial">>;

export class UserPager {
  private readonly cell = new Cell<UserPages>({ users: [], paging: "more", partial: false });
  private next: Cursor | undefined;
  private readonly names = new Set<string>();

  constructor(private readonly read: ReadUsers) {}

  get state(): Readable<UserPages> {
    return this.cell;
  }

  /** Nothing while a page is on its way, and after the last one. */
  loadMore(): void {
    const { users, partial, paging } = this.cell.get();
    if (paging === "loading" || paging === "end") return;
    this.cell.set({ users, partial, paging: "loading" });
    this.read(this.next).then(
      (page) => {
        this.next = page.next;
        const fresh = page.users.filter((user) => this.isNew(user));
        this.cell.set({
          users: [...users, ...fresh],
          partial: partial || page.partial === true,
          paging: page.next === undefined ? "end" : "more",
        });
      },
      (error: unknown) => {
        const problem = error instanceof Refusal ? error : new Refusal("unknown_error", String(error), false);
        this.cell.set({ users, partial, paging: "failed", problem });
      },
    );
  }

  private isNew(user: User): boolean {
    const name = user.name.toLowerCase();
    if (this.names.has(name)) return false;
    this.names.add(name);
    return true;
  }
}
