/** Shown while something loads. Appears only after a moment, so that what is quick does not flicker. */
import "./Loading.css";

export function Loading({ label = "Loading …" }: { label?: string }) {
  return (
    <div className="Loading" role="progressbar" aria-label={label}>
      <span className="Loading-dot" />
      <span className="Loading-dot" />
      <span className="Loading-dot" />
    </div>
  );
}
