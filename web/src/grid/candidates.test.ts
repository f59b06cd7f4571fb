import { describe, expect, it } from "vitest";
import { candidates, hostNameOf, nextCandidate, ownUrl, usableUrl } from "./candidates";

describe("the page's own node", () => {
  it("takes WebSockets beside the page, under TLS if the page came so", () => {
    expect(ownUrl("http://127.0.0.1:8080")).toBe("ws://127.0.0.1:8080/ws");
    expect(ownUrl("https://buzz.example")).toBe("wss://buzz.example/ws");
  });
});

describe("an address that the grid tells", () => {
  it("may be used on the page's host name, whatever the port: the cookie comes along", () => {
    expect(usableUrl("ws://buzz.example:8081/ws", "http://buzz.example:8080", false)).toBe(
      "ws://buzz.example:8081/ws",
    );
  });

  it("may not be a plain one for a page under TLS", () => {
    expect(usableUrl("ws://buzz.example:8081/ws", "https://buzz.example", true)).toBeUndefined();
    expect(usableUrl("wss://buzz.example:8081/ws", "https://buzz.example", false)).toBe(
      "wss://buzz.example:8081/ws",
    );
  });

  it("may have another host name only for who needs no cookie", () => {
    expect(usableUrl("wss://b.example/ws", "https://a.example", false)).toBeUndefined();
    expect(usableUrl("wss://b.example/ws", "https://a.example", true)).toBe("wss://b.example/ws");
  });

  it("on loopback is taken under the page's own name for it", () => {
    expect(usableUrl("ws://127.0.0.1:8081/ws", "http://localhost:8080", false)).toBe(
      "ws://localhost:8081/ws",
    );
    expect(usableUrl("ws://localhost:8081/ws", "http://buzz.example", false)).toBeUndefined();
  });

  it("is passed over when it is none", () => {
    expect(usableUrl("nonsense", "https://a.example", true)).toBeUndefined();
    expect(usableUrl("https://a.example/ws", "https://a.example", true)).toBeUndefined();
    expect(hostNameOf("nonsense")).toBe("");
  });
});

describe("the candidates", () => {
  it("are the page's own node, then the living, then the others, each once", () => {
    const told = [
      { node: 0, alive: true, url: "ws://127.0.0.1:8080/ws" },
      { node: 1, alive: false, url: "ws://127.0.0.1:8081/ws" },
      { node: 2, alive: true, url: "ws://127.0.0.1:8082/ws" },
      { node: 3, alive: true },
    ];
    expect(candidates("http://127.0.0.1:8080", told, false)).toEqual([
      "ws://127.0.0.1:8080/ws",
      "ws://127.0.0.1:8082/ws",
      "ws://127.0.0.1:8081/ws",
    ]);
  });

  it("are tried in turn, so that each one's turn comes, never twice the same if there is another", () => {
    const urls = ["a", "b", "c"];
    expect(nextCandidate(urls, undefined)).toBe("a");
    expect(nextCandidate(urls, "a")).toBe("b");
    expect(nextCandidate(urls, "c")).toBe("a");
    expect(nextCandidate(urls, "gone")).toBe("a");
    expect(nextCandidate(["a"], "a")).toBe("a");
    expect(nextCandidate([], undefined)).toBeUndefined();
  });
});
