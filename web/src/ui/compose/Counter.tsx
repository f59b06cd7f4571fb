/** How many characters (code points) are left: a ring that fills, and the number. */
import { MAX_TEXT_CODE_POINTS } from "../../model/buzzer";
import "./Counter.css";

const RADIUS = 9;
const ROUND = 2 * Math.PI * RADIUS;

interface Props {
  id: string;
  /** Below 0: too many. */
  left: number;
  /** Nothing is written yet: only for screen readers. */
  quiet: boolean;
}

export function Counter({ id, left, quiet }: Props) {
  const state = left < 0 ? "over" : left <= 50 ? "low" : "plenty";
  const filled = Math.min(1, 1 - left / MAX_TEXT_CODE_POINTS);
  return (
    <div className={`Counter Counter--${state}${quiet ? " Counter--quiet" : ""}`}>
      <svg width="24" height="24" viewBox="0 0 24 24" aria-hidden="true">
        <circle className="Counter-track" cx="12" cy="12" r={RADIUS} />
        <circle
          className="Counter-filled"
          cx="12"
          cy="12"
          r={RADIUS}
          strokeDasharray={`${String(filled * ROUND)} ${String(ROUND)}`}
          transform="rotate(-90 12 12)"
        />
      </svg>
      <span id={id} className="Counter-text">
        {left < 0 ? `${String(-left)} too many` : `${String(left)} left`}
      </span>
    </div>
  );
}
