/** Tells of new buzzes above the fold, and shows them. NewBuzzesSaid says it to screen readers. */
import { MOST_WAITING } from "../../model/buzzer";
import { Avatar } from "../common/Avatar";
import { UpIcon } from "../common/icons";
import { part } from "../common/part";
import "./NewBuzzesButton.css";

const NewBuzzesSaid = part(() => import("./NewBuzzesSaid"));

interface Props {
  waiting: number;
  authors: readonly string[];
  onShow: () => void;
}

export function NewBuzzesButton({ waiting, authors, onShow }: Props) {
  const count = waiting < MOST_WAITING ? String(waiting) : `${MOST_WAITING.toLocaleString("en")}+`;
  const label = waiting === 1 ? "1 new buzz" : `${count} new buzzes`;
  return (
    <div className="NewBuzzesButton">
      <NewBuzzesSaid text={waiting === 0 ? "" : label} />
      {waiting > 0 && (
        <button type="button" className="NewBuzzesButton-button" onClick={onShow}>
          <UpIcon size={18} />
          <span className="NewBuzzesButton-authors">
            {authors.map((name) => (
              <Avatar key={name} name={name} size="small" />
            ))}
          </span>
          {label}
        </button>
      )}
    </div>
  );
}
