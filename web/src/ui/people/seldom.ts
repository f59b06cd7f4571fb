/**
 * Does a piece of work again when asked to, but never twice at a time, and not again before a rest: however often it is
 * asked for meanwhile, it is done once more at the end. For what is read anew whenever something has happened.
 */
export class Seldom {
  private state: "idle" | "working" | "resting" | "over" = "idle";
  private wanted: "no" | "later" | "at once" = "no";
  private timer: ReturnType<typeof setTimeout> | undefined;

  /** `work` ends when its promise does, however it does. */
  constructor(
    private readonly work: () => Promise<void>,
    private readonly restMs: number,
  ) {}

  /** "at once": does not wait for the end of a rest, but for that of the work. */
  ask(how: "later" | "at once"): void {
    if (this.wanted !== "at once") this.wanted = how;
    if (this.state === "idle" || (this.state === "resting" && how === "at once")) this.begin();
  }

  /** Nothing begins any more. What is under way goes on. */
  stop(): void {
    this.state = "over";
    clearTimeout(this.timer);
  }

  private begin(): void {
    clearTimeout(this.timer);
    this.state = "working";
    this.wanted = "no";
    const done = (): void => {
      this.rest();
    };
    this.work().then(done, done);
  }

  private rest(): void {
    if (this.state === "over") return;
    if (this.wanted === "at once") {
      this.begin();
      return;
    }
    this.state = "resting";
    this.timer = setTimeout(() => {
      this.state = "idle";
      if (this.wanted !== "no") this.begin();
    }, this.restMs);
  }
}
