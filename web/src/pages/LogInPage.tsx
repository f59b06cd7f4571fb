/** Logging in. */
import { Link } from "wouter";
import { useBuzzer } from "../ui/hooks/buzzer-context";
import { AccountForm } from "./AccountForm";

export default function LogInPage() {
  const buzzer = useBuzzer();
  return (
    <AccountForm
      title="Log in"
      autoComplete="current-password"
      onSubmit={(name, password) => buzzer.logIn(name, password)}
    >
      No account yet? <Link href={`/signup${location.search}`}>Create one</Link>
    </AccountForm>
  );
}
