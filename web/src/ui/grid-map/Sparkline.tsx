/**
 * How a figure went lately, as a small curve without axes: decoration beside the figure itself, hidden from who cannot
 * see it. Its top is the highest value shown, but never less than `least`, so that a lone small one does not look big.
 */
import type { ReactElement } from "react";
import "./Sparkline.css";

const WIDTH = 100;
const HEIGHT = 28;

interface Props {
  /** Oldest first, none negative. */
  readonly values: readonly number[];
  /** How many fit: fewer stand at the right. */
  readonly room: number;
  readonly least: number;
}

export function Sparkline({ values, room, least }: Props): ReactElement {
  const top = Math.max(least, ...values);
  const step = WIDTH / (room - 1);
  const points = values.map((value, place) => {
    const x = WIDTH - (values.length - 1 - place) * step;
    const y = HEIGHT - 1 - (value / top) * (HEIGHT - 3);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const first = WIDTH - (values.length - 1) * step;
  return (
    <svg
      className="Sparkline"
      viewBox={`0 0 ${String(WIDTH)} ${String(HEIGHT)}`}
      preserveAspectRatio="none"
      aria-hidden="true"
    >
      {points.length > 1 && (
        <polygon
          className="Sparkline-ground"
          points={`${first.toFixed(1)},${String(HEIGHT)} ${points.join(" ")} ${String(WIDTH)},${String(HEIGHT)}`}
        />
      )}
      {points.length > 1 && <polyline className="Sparkline-line" points={points.join(" ")} />}
    </svg>
  );
}
