/**
 * A user as the grid tells of it, asked for again whenever `occasion` changes (something has happened that counts) and
 * when the connection is back after a failure. What is known stays until the new answer is there; of another name
 * nothing is known.
 */
import { useCallback, useEffect, useRef, useState } from "react";
import { Refusal, type User } from "../../model/buzzer";
import { useBuzzer } from "../hooks/buzzer-context";
import { useReadable } from "../hooks/use-readable";

export interface KnownUser {
  readonly user?: User;
  readonly problem?: Refusal;
}

export interface UseUser extends KnownUser {
  readonly reload: () => void;
}

export function useUser(name: string, occasion: string): UseUser {
  const buzzer = useBuzzer();
  const [known, setKnown] = useState<KnownUser & { readonly of: string }>({ of: name });
  const asked = useRef(0);
  const reload = useCallback(() => {
    const turn = (asked.current += 1);
    const tell = (answer: KnownUser) => {
      // An answer that a later question has overtaken says nothing any more.
      if (turn !== asked.current) return;
      setKnown((before) => ({
        ...(before.of === name && before.user ? { user: before.user } : {}),
        ...answer,
        of: name,
      }));
    };
    buzzer.ask({ type: "get_user", name }).then(
      ({ user }) => {
        tell({ user });
      },
      (error: unknown) => {
        tell({
          problem: error instanceof Refusal ? error : new Refusal("unknown_error", String(error), false),
        });
      },
    );
  }, [buzzer, name]);
  useEffect(reload, [reload, occasion]);

  const current: KnownUser = known.of === name ? known : {};
  const online = useReadable(buzzer.connection).status === "online";
  const failed = current.problem?.definite === false;
  useEffect(() => {
    if (online && failed) reload();
  }, [online, failed, reload]);
  return { ...current, reload };
}
