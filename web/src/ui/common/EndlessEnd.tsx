/**
 * The end of a list that goes on as one scrolls: asks for more well before it is seen, and says when that failed.
 */
import type { Paging } from "../../model/buzzer";
import { Loading } from "./Loading";
import { useNear } from "../place/use-near";
import "./EndlessEnd.css";

export interface EndlessEndProps {
  paging: Paging;
  /** What is said with "failed". */
  problem: string | undefined;
  onMore: () => void;
}

export function EndlessEnd({ paging, problem, onMore }: EndlessEndProps) {
  const ref = useNear(paging, paging === "more" ? onMore : undefined);
  return (
    <div ref={ref} className="EndlessEnd">
      {paging === "loading" && <Loading />}
      {paging === "failed" && (
        <div className="EndlessEnd-failed" role="alert">
          <p>{problem ?? "That did not work."}</p>
          <button type="button" className="Button Button--small" onClick={onMore}>
            Try again
          </button>
        </div>
      )}
    </div>
  );
}
