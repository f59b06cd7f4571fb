/** In place of the package of that name, which brings this to a React that has none: ours has, and wouter asks for it. */
export { useSyncExternalStore } from "react";
