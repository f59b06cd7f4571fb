/**
 * A user as the grid tells of it, asked for again when `occasion` changes (something has happened that counts), one
 * question at a time and none within REST_MS of the last answer; and when the connection is back after a failure. What
 * is known stays until the new answer is there; of another name nothing is known.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { Refusal, type User } from "../../model/buzzer";
import { useBuzzer } from "../hooks/buzzer-context";
import { useReadable } from "../hooks/use-readable";
import { Seldom } from "./seldom";

const REST_MS = 1_000;
/** What one does oneself counts at the other's home a moment after the answer: so soon after it is asked again. */
const AGAIN_MS = [1_000, 3_000, 8_000];

export interface KnownUser {
  readonly user?: User;
  readonly problem?: Refusal;
}

export interface UseUser extends KnownUser {
  /** Without a rest, and some times more: for what one has done oneself. */
  readonly reload: () => void;
}

export function useUser(name: string, occasion: string): UseUser {
  const buzzer = useBuzzer();
  const [known, setKnown] = useState<KnownUser & { readonly of: string }>({ of: name });
  const seldom = useRef<Seldom>(undefined);
  const again = useRef<ReturnType<typeof setTimeout>[]>([]);
  useEffect(() => {
    let wanted = true;
    const tell = (answer: KnownUser): void => {
      // An answer about somebody whom nobody looks at any more says nothing.
      if (!wanted) return;
      setKnown((before) => ({
        ...(before.of === name && before.user ? { user: before.user } : {}),
        ...answer,
        of: name,
      }));
    };
    const asker = new Seldom(
      () =>
        buzzer.ask({ type: "get_user", name }).then(
          ({ user }) => {
            tell({ user });
          },
          (error: unknown) => {
            tell({
              problem: error instanceof Refusal ? error : new Refusal("unknown_error", String(error), false),
            });
          },
        ),
      REST_MS,
    );
    seldom.current = asker;
    return () => {
      wanted = false;
      asker.stop();
      again.current.forEach(clearTimeout);
    };
  }, [buzzer, name]);
  useEffect(() => {
    seldom.current?.ask("later");
  }, [buzzer, name, occasion]);
  const reload = useCallback(() => {
    seldom.current?.ask("at once");
    again.current.forEach(clearTimeout);
    again.current = AGAIN_MS.map((ms) => setTimeout(() => seldom.current?.ask("later"), ms));
  }, []);

  const current: KnownUser = known.of === name ? known : {};
  const online = useReadable(buzzer.connection).status === "online";
  const failed = current.problem?.definite === false;
  useEffect(() => {
    if (online && failed) reload();
  }, [online, failed, reload]);
  return { ...current, reload };
}
