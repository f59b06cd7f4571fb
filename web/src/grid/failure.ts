/** Why a request has no answer, or an error for one: what everything in this folder fails with. */
import type { ErrorCode, Problem } from "../protocol/v1";

export class Failure extends Error {
  constructor(
    /** "offline": there was no connection, it was lost, or no answer came in time. */
    readonly code: ErrorCode | "offline",
    /** It did not happen and will not. False: it may have. */
    readonly definite: boolean,
    /** For people: names the input and the limit. */
    readonly detail: string,
    /** How long to wait before the next try, in milliseconds. */
    readonly retryAfter?: number,
  ) {
    super(`${code}: ${detail}`);
  }
}

export function failureOf({ code, definite, detail, retry_after_ms }: Problem): Failure {
  return new Failure(code, definite, detail, retry_after_ms);
}

export function offline(detail: string): Failure {
  return new Failure("offline", false, detail);
}

/** What was thrown, as a Failure: anything else is an error of our own. */
export function asFailure(thrown: unknown): Failure {
  return thrown instanceof Failure ? thrown : new Failure("unknown_error", false, String(thrown));
}
