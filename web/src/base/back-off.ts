/**
 * How long to wait before trying again: doubling, with jitter, so that the clients of a node that died do not come all
 * at once. Pure.
 */
export interface BackOff {
  /** Before the first repetition, in milliseconds. */
  readonly first: number;
  /** Never longer than this, in milliseconds. */
  readonly most: number;
}

/** Before repetition number `attempt` (0 is the first), between half and the whole of the doubled time. `random`: 0 to 1. */
export function delayBefore(attempt: number, random: number, { first, most }: BackOff): number {
  const whole = Math.min(most, first * 2 ** Math.min(attempt, 30));
  return Math.round(whole * (0.5 + random / 2));
}
