import { describe, expect, it } from "vitest";
import type { SmallStore } from "../base/environment";
import { KnownNodes } from "./known-nodes";

function storeOf(map = new Map<string, string>()): SmallStore {
  return {
    get: (key) => map.get(key),
    set: (key, value) => void map.set(key, value),
    remove: (key) => void map.delete(key),
  };
}

const grid = { node: 0, links: [], owed: [] };

describe("the nodes that are known", () => {
  it("are there on the next visit", () => {
    const store = storeOf();
    const nodes = [{ node: 1, alive: true, url: "ws://b/ws" }];
    new KnownNodes(store).learn({ ...grid, nodes });
    expect(new KnownNodes(store).get()).toEqual(nodes);
  });

  it("keep their address when a node does not say it", () => {
    const known = new KnownNodes(storeOf());
    known.learn({ ...grid, nodes: [{ node: 1, alive: true, url: "ws://b/ws" }] });
    known.learn({ ...grid, nodes: [{ node: 1, alive: false }] });
    expect(known.get()).toEqual([{ node: 1, alive: false, url: "ws://b/ws" }]);
  });

  it.each(["nonsense", "{}", '[{"node":"1"}]', "[null]"])("are none when what was kept is %s", (text) => {
    expect(new KnownNodes(storeOf(new Map([["buzzer.nodes", text]]))).get()).toEqual([]);
  });
});
