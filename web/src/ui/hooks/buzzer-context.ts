/** Hands the one Buzzer down to all components. main.tsx makes it; a component asks for it by useBuzzer(). */
import { createContext, useContext } from "react";
import type { Buzzer } from "../../model/buzzer";

export const BuzzerContext = createContext<Buzzer | undefined>(undefined);

/** Throws outside of a provider: that is a mistake in the program. */
export function useBuzzer(): Buzzer {
  const buzzer = useContext(BuzzerContext);
  if (buzzer === undefined) throw new Error("useBuzzer outside of BuzzerContext");
  return buzzer;
}
