/** Stands for a user: a circle with the initial, in one of eight tones that follow from the name. Only for the eyes. */
import { initialOf, toneOf } from "./avatar-tone";
import "./Avatar.css";

export interface AvatarProps {
  name: string;
  /** Small: 24 px. Medium: 44 px. Large: 88 px. */
  size?: "small" | "medium" | "large";
}

export function Avatar({ name, size = "medium" }: AvatarProps) {
  return (
    <span className={`Avatar Avatar--${size} Avatar--tone${String(toneOf(name))}`} aria-hidden="true">
      {initialOf(name)}
    </span>
  );
}
