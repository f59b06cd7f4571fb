import { describe, expect, it } from "vitest";
import { draft, forgetDrafts, keepDraft, MAX_DRAFTS } from "./drafts";

class Memory implements Storage {
  private readonly kept = new Map<string, string>();
  get length(): number {
    return this.kept.size;
  }
  key(index: number): string | null {
    return [...this.kept.keys()][index] ?? null;
  }
  getItem(key: string): string | null {
    return this.kept.get(key) ?? null;
  }
  setItem(key: string, value: string): void {
    this.kept.set(key, value);
  }
  removeItem(key: string): void {
    this.kept.delete(key);
  }
  clear(): void {
    this.kept.clear();
  }
}

class Full extends Memory {
  override setItem(): void {
    throw new Error("QuotaExceededError");
  }
}

describe("drafts", () => {
  it("keeps a text per account and place", () => {
    const storage = new Memory();
    keepDraft("alice", "new", "one", storage);
    keepDraft("alice", "42", "two", storage);
    keepDraft("bob", "new", "three", storage);
    expect(draft("Alice", "new", storage)).toBe("one");
    expect(draft("alice", "42", storage)).toBe("two");
    expect(draft("bob", "new", storage)).toBe("three");
    expect(draft("bob", "42", storage)).toBe("");
  });

  it("forgets an empty one, and leaves nothing behind", () => {
    const storage = new Memory();
    keepDraft("alice", "new", "one", storage);
    keepDraft("alice", "new", "", storage);
    expect(draft("alice", "new", storage)).toBe("");
    expect(storage.length).toBe(0);
  });

  it("drops the oldest beyond the limit", () => {
    const storage = new Memory();
    for (let i = 0; i <= MAX_DRAFTS; ++i) keepDraft("alice", String(i), `text ${String(i)}`, storage);
    expect(draft("alice", "0", storage)).toBe("");
    expect(draft("alice", "1", storage)).toBe("text 1");
    expect(draft("alice", String(MAX_DRAFTS), storage)).toBe(`text ${String(MAX_DRAFTS)}`);
  });

  it("forgets an account's at log-out, and nobody else's", () => {
    const storage = new Memory();
    keepDraft("alice", "new", "one", storage);
    keepDraft("bob", "new", "two", storage);
    forgetDrafts("alice", storage);
    expect(draft("alice", "new", storage)).toBe("");
    expect(draft("bob", "new", storage)).toBe("two");
  });

  it("bears a full storage, none at all, and rubbish in it", () => {
    expect(() => {
      keepDraft("alice", "new", "one", new Full());
    }).not.toThrow();
    expect(draft("alice", "new", undefined)).toBe("");
    const storage = new Memory();
    for (const rubbish of ["{", "7", "[7]", '[["new", 7]]']) {
      storage.setItem("buzzer.drafts.alice", rubbish);
      expect(draft("alice", "new", storage)).toBe("");
    }
  });
});
