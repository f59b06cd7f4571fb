/** Name and password, for logging in and signing up; what goes wrong stands beside them. Then on to where one wanted to. */
import { useEffect, useId, useRef, useState, type SubmitEvent, type ReactNode } from "react";
import { Redirect } from "wouter";
import { Refusal } from "../model/buzzer";
import { pathAfterLogIn } from "../ui/people/after-log-in";
import { useBuzzer } from "../ui/hooks/buzzer-context";
import { Logo } from "../ui/common/Logo";
import { useDocumentTitle } from "../ui/common/PageHeader";
import { useReadable } from "../ui/hooks/use-readable";
import "./AccountForm.css";

interface Props {
  /** The heading, and the button. */
  title: string;
  nameHelp?: string;
  passwordHelp?: string;
  autoComplete: "current-password" | "new-password";
  /** Does it; rejects with a Refusal. */
  onSubmit: (name: string, password: string) => Promise<void>;
  /** Below the form. */
  children: ReactNode;
}

export function AccountForm({ title, nameHelp, passwordHelp, autoComplete, onSubmit, children }: Props) {
  const account = useReadable(useBuzzer().account);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState<string>();
  const ids = { problem: useId(), name: useId(), password: useId() };
  useDocumentTitle(title);
  const first = useRef<HTMLInputElement>(null);
  useEffect(() => {
    first.current?.focus();
  }, []);
  if (account.status === "member") return <Redirect to={pathAfterLogIn(location.search)} replace />;

  const submitted = (event: SubmitEvent<HTMLFormElement>): void => {
    event.preventDefault();
    const data = new FormData(event.currentTarget);
    const name = textOf(data.get("name")).trim().replace(/^@/, "");
    const password = textOf(data.get("password"));
    if (name === "" || password === "") {
      setProblem("Name and password are both needed.");
      return;
    }
    setBusy(true);
    setProblem(undefined);
    onSubmit(name, password).catch((error: unknown) => {
      setProblem(error instanceof Refusal ? error.message : "That did not work. Please try again.");
      setBusy(false);
    });
  };
  const describedBy = (help: string): string => (problem === undefined ? help : `${ids.problem} ${help}`);
  return (
    <div className="AccountForm">
      <div className="AccountForm-logo">
        <Logo size={64} />
      </div>
      <h1 className="AccountForm-title">{title}</h1>
      <form className="AccountForm-form" aria-label={title} noValidate onSubmit={submitted}>
        {problem !== undefined && (
          <p id={ids.problem} className="Field-error" role="alert">
            {problem}
          </p>
        )}
        <label className="Field">
          <span className="Field-label">Name</span>
          <input
            className="Field-input"
            name="name"
            autoComplete="username"
            autoCapitalize="none"
            autoCorrect="off"
            spellCheck={false}
            maxLength={31}
            ref={first}
            required
            aria-invalid={problem !== undefined}
            aria-describedby={describedBy(ids.name)}
          />
        </label>
        <p id={ids.name} className="Field-help AccountForm-help">
          {nameHelp}
        </p>
        <label className="Field">
          <span className="Field-label">Password</span>
          <input
            className="Field-input"
            name="password"
            type="password"
            autoComplete={autoComplete}
            required
            aria-invalid={problem !== undefined}
            aria-describedby={describedBy(ids.password)}
          />
        </label>
        <p id={ids.password} className="Field-help AccountForm-help">
          {passwordHelp}
        </p>
        <button type="submit" className="Button Button--primary Button--large Button--wide" disabled={busy}>
          {title}
        </button>
      </form>
      <p className="AccountForm-other">{children}</p>
    </div>
  );
}

function textOf(value: FormDataEntryValue | null): string {
  return typeof value === "string" ? value : "";
}
