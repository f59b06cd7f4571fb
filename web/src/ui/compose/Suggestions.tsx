/** The suggestions of the composer. The focus stays in the text: what is active is told by aria-activedescendant there. */
import { useEffect, useRef } from "react";
import { Avatar } from "../common/Avatar";
import "./Suggestions.css";

interface Props {
  id: string;
  kind: "user" | "topic";
  names: readonly string[];
  active: number;
  onTake: (name: string) => void;
}

export function optionId(id: string, index: number): string {
  return `${id}-${String(index)}`;
}

export function Suggestions({ id, kind, names, active, onTake }: Props) {
  const root = useRef<HTMLUListElement>(null);
  useEffect(() => {
    const list = root.current;
    if (list === null) return;
    // By pointer before the click, so that the text does not lose the focus.
    const pressed = (event: PointerEvent): void => {
      event.preventDefault();
    };
    const clicked = (event: MouseEvent): void => {
      const option = event.target instanceof Element ? event.target.closest("[role=option]") : null;
      const name = option instanceof HTMLElement ? option.dataset.name : undefined;
      if (name !== undefined) onTake(name);
    };
    list.addEventListener("pointerdown", pressed);
    list.addEventListener("mousedown", pressed as EventListener);
    list.addEventListener("click", clicked);
    return () => {
      list.removeEventListener("pointerdown", pressed);
      list.removeEventListener("mousedown", pressed as EventListener);
      list.removeEventListener("click", clicked);
    };
  }, [onTake]);
  return (
    <ul ref={root} id={id} className="Suggestions" role="listbox" aria-label="Suggestions">
      {names.map((name, index) => (
        <li
          key={name}
          id={optionId(id, index)}
          role="option"
          aria-selected={index === active}
          data-name={name}
          className="Suggestions-option"
        >
          {kind === "user" ? (
            <Avatar name={name} size="small" />
          ) : (
            <span className="Suggestions-sign" aria-hidden="true">
              #
            </span>
          )}
          <span>
            {kind === "user" ? "@" : "#"}
            {name}
          </span>
        </li>
      ))}
    </ul>
  );
}
