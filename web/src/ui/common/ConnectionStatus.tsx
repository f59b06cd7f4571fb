/** Says quietly that there is no connection. The region is always there, so that screen readers notice its text. */
import { useBuzzer } from "../hooks/buzzer-context";
import { OfflineIcon } from "./icons";
import { useReadable } from "../hooks/use-readable";
import "./ConnectionStatus.css";

export function ConnectionStatus() {
  const { status } = useReadable(useBuzzer().connection);
  return (
    <div className="ConnectionStatus" role="status">
      {status === "offline" && (
        <p className="ConnectionStatus-text">
          <OfflineIcon size={16} />
          Offline. Trying to reconnect …
        </p>
      )}
    </div>
  );
}
