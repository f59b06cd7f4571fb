/** Says to screen readers, politely, that there are new buzzes: in a busy feed not at each one. Seen by nobody. */
import { useSeldom } from "../hooks/use-seldom";

const SAID_EVERY_MS = 10_000;

/** `text`: "" when there are none. */
export default function NewBuzzesSaid({ text }: { text: string }) {
  return (
    <p className="visually-hidden" aria-live="polite">
      {useSeldom(text, SAID_EVERY_MS)}
    </p>
  );
}
