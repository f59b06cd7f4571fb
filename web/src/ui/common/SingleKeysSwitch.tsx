/** Switches the shortcuts of single letters on and off, at once. */
import { singleKeys, switchSingleKeys } from "../hooks/single-keys";
import { useReadable } from "../hooks/use-readable";
import "./SingleKeysSwitch.css";

export function SingleKeysSwitch() {
  const on = useReadable(singleKeys);
  return (
    <label className="SingleKeysSwitch">
      <span>Single-letter shortcuts</span>
      <input
        type="checkbox"
        role="switch"
        className="SingleKeysSwitch-box"
        checked={on}
        onChange={(event) => {
          switchSingleKeys(event.target.checked);
        }}
      />
    </label>
  );
}
