/**
 * A button with a menu: arrow keys, Home and End move, Enter takes, Escape and Tab close. The focus goes back to the
 * button, unless what was taken has opened a dialog, which takes it.
 */
import { useEffect, useId, useRef, useState, type KeyboardEvent, type ReactNode } from "react";
import "./Menu.css";

/** For a few items, and what lies over the page's lower edge on a phone. */
const ROOM_PX = 190;

export interface MenuItem {
  label: string;
  icon?: ReactNode;
  danger?: boolean;
  onSelect: () => void;
}

export interface MenuProps {
  /** The button's accessible name. */
  label: string;
  /** The button's picture. */
  children: ReactNode;
  items: readonly MenuItem[];
}

export function Menu({ label, children, items }: MenuProps) {
  const [open, setOpen] = useState(false);
  /** Opens above the button: below there is no room. */
  const [up, setUp] = useState(false);
  const root = useRef<HTMLDivElement>(null);
  const button = useRef<HTMLButtonElement>(null);
  const menuId = useId();
  useEffect(() => {
    if (!open) return;
    itemsIn(root.current)[0]?.focus();
    const pressed = (event: PointerEvent): void => {
      if (event.target instanceof Node && root.current?.contains(event.target) === true) return;
      setOpen(false);
    };
    document.addEventListener("pointerdown", pressed);
    return () => {
      document.removeEventListener("pointerdown", pressed);
    };
  }, [open]);
  const close = (): void => {
    setOpen(false);
    button.current?.focus();
  };
  return (
    <div className="Menu" ref={root}>
      <button
        ref={button}
        type="button"
        className="IconButton Menu-button"
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={open}
        aria-controls={open ? menuId : undefined}
        onClick={(event) => {
          setUp(event.currentTarget.getBoundingClientRect().bottom + ROOM_PX > window.innerHeight);
          setOpen(!open);
        }}
      >
        {children}
      </button>
      {open && (
        <div
          id={menuId}
          className={up ? "Menu-items Menu-items--up" : "Menu-items"}
          role="menu"
          tabIndex={-1}
          aria-label={label}
          onKeyDown={(event) => {
            moveIn(root.current, event, close);
          }}
        >
          {items.map((item) => (
            <button
              key={item.label}
              type="button"
              role="menuitem"
              tabIndex={-1}
              className={item.danger === true ? "Menu-item Menu-item--danger" : "Menu-item"}
              onClick={() => {
                close();
                item.onSelect();
              }}
            >
              {item.icon}
              {item.label}
            </button>
          ))}
        </div>
      )}
    </div>
  );
}

function itemsIn(root: HTMLElement | null): HTMLElement[] {
  return [...(root?.querySelectorAll<HTMLElement>("[role=menuitem]") ?? [])];
}

function moveIn(root: HTMLElement | null, event: KeyboardEvent, close: () => void): void {
  const items = itemsIn(root);
  const at = items.findIndex((item) => item === document.activeElement);
  const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: -1 }[event.key];
  if (event.key === "Escape" || event.key === "Tab") {
    if (event.key === "Escape") event.preventDefault();
    event.stopPropagation();
    close();
  } else if (to !== undefined) {
    event.preventDefault();
    items.at(to >= items.length ? 0 : to)?.focus();
  }
}
