/**
 * Settings: how it looks in this browser, and the account. A section for each matter; what comes to an account later
 * (what one says of oneself, a picture, the password) are further sections.
 */
import { useState, type ReactNode } from "react";
import { Link, useLocation } from "wouter";
import { Avatar } from "../ui/common/Avatar";
import { useBuzzer } from "../ui/hooks/buzzer-context";
import { Dialog } from "../ui/common/Dialog";
import { PageHeader } from "../ui/common/PageHeader";
import { forgetDrafts } from "../ui/compose/drafts";
import { ThemeChoice } from "../ui/theme/ThemeChoice";
import { SingleKeysSwitch } from "../ui/common/SingleKeysSwitch";
import { useReadable } from "../ui/hooks/use-readable";
import "./SettingsPage.css";

function Section({ id, title, children }: { id: string; title: string; children: ReactNode }) {
  return (
    <section className="SettingsPage-section" aria-labelledby={`SettingsPage-${id}`}>
      <h2 id={`SettingsPage-${id}`} className="SettingsPage-heading">
        {title}
      </h2>
      {children}
    </section>
  );
}

/** Asks first when buzzes that were not sent yet would be lost. */
function LogOut({ name }: { name: string }) {
  const buzzer = useBuzzer();
  const unsent = useReadable(buzzer.outgoing).length;
  const [, navigate] = useLocation();
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const logOut = () => {
    setAsking(false);
    setBusy(true);
    buzzer.logOut().then(
      () => {
        // Whom a session merely ends for still wants them.
        forgetDrafts(name);
        navigate("/");
      },
      (error: unknown) => {
        setBusy(false);
        buzzer.notify(error instanceof Error ? error.message : String(error), "error");
      },
    );
  };
  return (
    <>
      <button
        type="button"
        className="Button"
        disabled={busy}
        onClick={() => {
          if (unsent > 0) setAsking(true);
          else logOut();
        }}
      >
        {busy ? "Logging out …" : "Log out"}
      </button>
      {asking && (
        <Dialog
          title="Log out now?"
          role="alertdialog"
          onClose={() => {
            setAsking(false);
          }}
          actions={
            <>
              <button
                type="button"
                className="Button"
                onClick={() => {
                  setAsking(false);
                }}
              >
                Cancel
              </button>
              <button type="button" className="Button Button--danger" onClick={logOut}>
                Log out
              </button>
            </>
          }
        >
          {unsent === 1 ? "A buzz has" : `${String(unsent)} buzzes have`} not been sent yet and would be lost.
        </Dialog>
      )}
    </>
  );
}

function Account() {
  const account = useReadable(useBuzzer().account);
  if (account.status === "guest" || account.name === undefined) {
    return (
      <>
        <p className="SettingsPage-text">You are reading as a guest.</p>
        <div className="SettingsPage-actions">
          <Link className="Button Button--primary" href="/login?next=/settings">
            Log in
          </Link>
          <Link className="Button" href="/signup">
            Sign up
          </Link>
        </div>
      </>
    );
  }
  return (
    <div className="SettingsPage-account">
      <Avatar name={account.name} />
      <div className="SettingsPage-who">
        <Link className="SettingsPage-name" href={`/@${account.name}`}>
          @{account.name}
        </Link>
        <p className="SettingsPage-text">Logged in here</p>
      </div>
      <LogOut name={account.name} />
    </div>
  );
}

function Where() {
  const { node, status } = useReadable(useBuzzer().connection);
  return (
    <p className="SettingsPage-text">
      {status === "online" && node !== undefined ? `You are connected to node ${String(node)} of ` : "See "}
      <Link href="/grid">the grid</Link>.
    </p>
  );
}

export default function SettingsPage() {
  return (
    <>
      <PageHeader title="Settings" />
      <Section id="look" title="Look">
        <ThemeChoice />
      </Section>
      <Section id="account" title="Account">
        <Account />
      </Section>
      <Section id="node" title="Node">
        <Where />
      </Section>
      <Section id="keyboard" title="Keyboard">
        <SingleKeysSwitch />
        <p className="SettingsPage-text">
          While they are on, <kbd className="SettingsPage-key">?</kbd> on any page shows the keys that it
          knows.
        </p>
      </Section>
    </>
  );
}
