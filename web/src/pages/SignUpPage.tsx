/** Making an account; one is logged in then. */
import { Link } from "wouter";
import { useBuzzer } from "../ui/hooks/buzzer-context";
import { AccountForm } from "./AccountForm";

export default function SignUpPage() {
  const buzzer = useBuzzer();
  return (
    <AccountForm
      title="Sign up"
      nameHelp="Up to 30 letters (A to Z), digits and “_”. It is what others mention you by."
      passwordHelp="Up to 128 characters. A few random words are easy to remember and hard to guess."
      autoComplete="new-password"
      onSubmit={(name, password) => buzzer.register(name, password)}
    >
      Have an account? <Link href={`/login${location.search}`}>Use it here</Link>
    </AccountForm>
  );
}
