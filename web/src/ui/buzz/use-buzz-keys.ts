/**
 * Keys and clicks on a list of buzzes: j and k move the focus, Enter and o open, r replies; a click beside links and
 * buttons opens too. One listener for the whole list, however long it is.
 */
import { useEffect, useRef, type RefObject } from "react";
import type { WindowVirtualizerHandle } from "virtua";
import { useLocation } from "wouter";
import { singleKeys } from "../hooks/single-keys";
import { isForTyping, useShortcut } from "../hooks/use-shortcut";

/** What a click on does something of its own. */
const CONTROLS = "a, button, input, textarea, select, label, dialog, [role=menu]";
const HEADER_PX = 56;
/** For an item that is scrolled to, to be drawn. */
const FRAMES = 30;

export function useBuzzKeys(
  root: RefObject<HTMLElement | null>,
  list: RefObject<WindowVirtualizerHandle | null>,
  keys: readonly string[],
): void {
  const [, navigate] = useLocation();
  const latest = useRef(navigate);
  useEffect(() => {
    latest.current = navigate;
  });

  useEffect(() => {
    const element = root.current;
    if (element === null) return;
    const open = (article: HTMLElement): void => {
      const path = `/buzz/${article.dataset.buzzId ?? ""}`;
      if (location.pathname !== path) latest.current(path);
    };
    const clicked = (event: MouseEvent): void => {
      const article = articleOf(event.target);
      if (article === null || event.ctrlKey || event.metaKey || event.shiftKey) return;
      if (event.target instanceof Element && event.target.closest(CONTROLS) !== null) return;
      if (getSelection()?.isCollapsed === false) return;
      open(article);
    };
    const pressed = (event: KeyboardEvent): void => {
      const article = articleOf(event.target);
      if (article === null || isForTyping(event)) return;
      const letters = singleKeys.get();
      if ((letters && event.key === "o") || (event.key === "Enter" && event.target === article))
        open(article);
      else if (letters && event.key === "r")
        article.querySelector<HTMLElement>("[data-action=reply]")?.click();
      else return;
      event.preventDefault();
    };
    element.addEventListener("click", clicked);
    element.addEventListener("keydown", pressed);
    return () => {
      element.removeEventListener("click", clicked);
      element.removeEventListener("keydown", pressed);
    };
  }, [root]);

  const move = (by: 1 | -1): void => {
    const at = indexToMoveFrom(root.current);
    const to = at === undefined ? 0 : at.focused ? at.index + by : at.index;
    if (to < 0 || to >= keys.length) return;
    list.current?.scrollToIndex(to, { align: "nearest" });
    focusItem(root.current, to);
  };
  useShortcut("j", () => {
    move(1);
  });
  useShortcut("k", () => {
    move(-1);
  });
}

function articleOf(target: EventTarget | null): HTMLElement | null {
  return target instanceof Element ? target.closest<HTMLElement>("article[data-buzz-id]") : null;
}

/** The item with the focus, else the first one that can be seen. */
function indexToMoveFrom(root: HTMLElement | null): { index: number; focused: boolean } | undefined {
  const articles = [...(root?.querySelectorAll<HTMLElement>("article") ?? [])];
  const focused = articles.find((article) => article.contains(document.activeElement));
  const at = focused ?? articles.find((article) => article.getBoundingClientRect().top >= HEADER_PX - 1);
  const position = Number(at?.getAttribute("aria-posinset") ?? 0);
  return position > 0 ? { index: position - 1, focused: focused !== undefined } : undefined;
}

/** Also when it has still to be drawn: then in one of the next frames. */
export function focusItem(
  root: HTMLElement | null,
  index: number,
  options: FocusOptions = {},
  frames = FRAMES,
): void {
  const article = root?.querySelector<HTMLElement>(`article[aria-posinset="${String(index + 1)}"]`);
  if (article !== null && article !== undefined) article.focus(options);
  else if (frames > 0) {
    requestAnimationFrame(() => {
      focusItem(root, index, options, frames - 1);
    });
  }
}
