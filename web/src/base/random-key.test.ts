import { webcrypto } from "node:crypto";
import { describe, expect, it } from "vitest";
import { randomKey } from "./random-key";

const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/;

describe("a random key", () => {
  it("is a random UUID", () => {
    expect(randomKey()).toMatch(UUID);
    expect(randomKey()).not.toBe(randomKey());
  });

  it("is one too where only getRandomValues() is there, as on a plain http address", () => {
    const insecure = {
      getRandomValues: (bytes: Uint8Array) => webcrypto.getRandomValues(bytes),
    } as unknown as Crypto;
    expect(randomKey(insecure)).toMatch(UUID);
    expect(randomKey(insecure)).not.toBe(randomKey(insecure));
  });
});
