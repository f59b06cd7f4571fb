import { describe, expect, it } from "vitest";
import { fullTime, relativeTime } from "./relative-time";

const NOW = new Date(2026, 5, 23, 12, 0, 0).getTime();
const SECOND = 1000;
const MINUTE = 60 * SECOND;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

describe("relativeTime", () => {
  it.each([
    [0, "now"],
    [9 * SECOND, "now"],
    [10 * SECOND, "10 s"],
    [59 * SECOND, "50 s"],
    [60 * SECOND, "1 min"],
    [59 * MINUTE, "59 min"],
    [HOUR, "1 h"],
    [23 * HOUR, "23 h"],
    [DAY, "1 d"],
    [6 * DAY, "6 d"],
    [7 * DAY, "Jun 16"],
    [365 * DAY, "Jun 23, 2025"],
  ])("of %i ms ago is %s", (ago, text) => {
    expect(relativeTime(NOW - ago, NOW, "en-US")).toBe(text);
  });

  it("calls the future now, since clocks differ", () => {
    expect(relativeTime(NOW + 5 * MINUTE, NOW, "en-US")).toBe("now");
  });
});

describe("fullTime", () => {
  it("says the day and the minute", () => {
    expect(fullTime(NOW, "en-GB")).toMatch(/23 June 2026.*12:00/);
  });
});
