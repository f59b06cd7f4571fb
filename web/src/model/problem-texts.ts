/** What went wrong, in sentences for people. */
import { asFailure } from "../grid/failure";
import type { Failure } from "../grid/failure";
import { Refusal } from "./buzzer";

const TEXTS: Partial<Record<Failure["code"], string>> = {
  offline: "No node answered in time. Check your connection and try again.",
  invalid_name: "A name has 1 to 30 letters A to Z, digits or underscores.",
  name_taken: "That name is taken. Try another one.",
  unknown_user: "There is no such user.",
  unknown_buzz: "This buzz does not exist, or has been deleted.",
  not_yours: "That is not yours to change.",
  text_empty: "A buzz needs some text.",
  text_too_long: "The text is too long: a buzz has at most 500 characters.",
  text_invalid: "The text has a character that cannot be shown.",
  key_reused: "This has been sent before as something else. Try again.",
  key_from_the_future: "The clock of this device is more than an hour ahead. Set it right and try again.",
  key_expired:
    "This has waited for more than a day, so nobody can say whether it was done. Look before you try again.",
  own_account: "You cannot follow yourself.",
  too_many_followed: "You follow 5,000 people already: that is the most.",
  unavailable: "The node that looks after this is not available now. Try again in a moment.",
  unauthorized: "Log in first.",
  invalid_credentials: "Wrong name or password.",
  invalid_password: "A password has 1 to 128 characters.",
  too_many_subscriptions: "Too much is open at once. Close a page and try again.",
  session_ended: "You have been logged out. Log in again.",
};

export function problemText(failure: Failure): string {
  if (failure.code === "too_many_requests") {
    const seconds = Math.max(1, Math.ceil((failure.retryAfter ?? 5_000) / 1_000));
    return `Too many attempts. Try again in ${seconds} ${seconds === 1 ? "second" : "seconds"}.`;
  }
  return TEXTS[failure.code] ?? `Something went wrong: ${failure.detail}.`;
}

/** Whatever was thrown below the model, as what the model's promises are rejected with. */
export function refusalOf(thrown: unknown): Refusal {
  if (thrown instanceof Refusal) return thrown;
  const failure = asFailure(thrown);
  return new Refusal(failure.code, problemText(failure), failure.definite);
}
