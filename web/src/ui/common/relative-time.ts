/** How long ago something was, in few words; a date once it is more than six days. Pure: `now` is given. */

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const DAY = 24 * HOUR;

/** "now" also for a moment in the future: clocks differ. `locale`: for tests; left out, the browser's. */
export function relativeTime(then: number, now: number, locale?: string): string {
  const ago = now - then;
  if (ago < 10_000) return "now";
  if (ago < MINUTE) return `${String(Math.floor(ago / 10_000) * 10)} s`;
  if (ago < HOUR) return `${String(Math.floor(ago / MINUTE))} min`;
  if (ago < DAY) return `${String(Math.floor(ago / HOUR))} h`;
  if (ago < 7 * DAY) return `${String(Math.floor(ago / DAY))} d`;
  const sameYear = new Date(then).getFullYear() === new Date(now).getFullYear();
  return new Intl.DateTimeFormat(locale, {
    day: "numeric",
    month: "short",
    ...(sameYear ? {} : { year: "numeric" }),
  }).format(then);
}

/** Date and time in full. */
export function fullTime(then: number, locale?: string): string {
  return new Intl.DateTimeFormat(locale, { dateStyle: "long", timeStyle: "short" }).format(then);
}
