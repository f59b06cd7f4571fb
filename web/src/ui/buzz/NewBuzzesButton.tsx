/** Tells of new buzzes above the fold, and shows them. Says it to screen readers too, politely. */
import { Avatar } from "../common/Avatar";
import { UpIcon } from "../common/icons";
import "./NewBuzzesButton.css";

interface Props {
  waiting: number;
  authors: readonly string[];
  onShow: () => void;
}

export function NewBuzzesButton({ waiting, authors, onShow }: Props) {
  return (
    <div className="NewBuzzesButton" aria-live="polite">
      {waiting > 0 && (
        <button type="button" className="NewBuzzesButton-button" onClick={onShow}>
          <UpIcon size={18} />
          <span className="NewBuzzesButton-authors">
            {authors.map((name) => (
              <Avatar key={name} name={name} size="small" />
            ))}
          </span>
          {waiting === 1 ? "1 new buzz" : `${String(waiting)} new buzzes`}
        </button>
      )}
    </div>
  );
}
