/**
 * Buzzer's mark: a bee that is a speech bubble. In the colour of the text around it; stripes and eye are holes, so that
 * it fits on any ground. The same drawing as public/icon.svg, without the ground.
 */
import { useId } from "react";
import type { ReactElement } from "react";

interface Props {
  /** Width and height in CSS pixels. */
  readonly size?: number;
  /** Its accessible name; left out: it is decoration. */
  readonly title?: string;
}

export function Logo({ size = 32, title }: Props): ReactElement {
  const holes = useId();
  const named = title === undefined ? { "aria-hidden": true } : { role: "img", "aria-label": title };
  return (
    <svg width={size} height={size} viewBox="84 72 354 376" fill="currentColor" {...named}>
      <mask id={holes}>
        <rect x="76" y="66" width="368" height="388" fill="#fff" />
        <g fill="none" stroke="#000" strokeWidth="34" strokeLinecap="round">
          <path d="M190 252c-14 32-14 72 0 104" />
          <path d="M258 240c-18 40-18 88 0 128" />
        </g>
        <circle cx="344" cy="284" r="19" fill="#000" />
      </mask>
      <path opacity="0.6" d="M256 182c-56-20-98-48-92-76 4-30 40-38 66-14 22 20 34 50 34 90z" />
      <path opacity="0.4" d="M274 180c0-44 18-82 46-92 30-14 56 8 50 40-6 34-28 52-54 60z" />
      <path
        mask={`url(#${holes})`}
        d="M262 186c86 0 150 50 150 118s-64 118-150 118c-24 0-46-4-66-11l-72 33c-9 4-17-5-12-13l30-55c-20-20-30-45-30-72 0-68 64-118 150-118z"
      />
    </svg>
  );
}
