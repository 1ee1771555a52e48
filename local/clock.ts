/**
 * The clock of the local cloud. Everything that waits (idle limits, visibility time-outs, TTL sweeps)
 * waits through it, so that a test can wind ten minutes in no time.
 */
export interface Clock {
  /** Milliseconds since the epoch. */
  now(): number;
  /** Runs `callback` once `milliseconds` of this clock have passed. The answer cancels it. */
  after(milliseconds: number, callback: () => void): () => void;
}

/** What fits into a timer of the machine, almost 25 days. A longer one would run at once. */
const LONGEST_TIMER = 2 ** 31 - 1;

/** The machine's own clock. Its timers never keep the process alive. */
export const systemClock: Clock = {
  now: () => Date.now(),
  after: (milliseconds, callback) => {
    let timer: NodeJS.Timeout | undefined;
    const wait = (left: number): void => {
      const turn = Math.min(left, LONGEST_TIMER);
      timer = setTimeout(() => (left > turn ? wait(left - turn) : callback()), turn);
      timer.unref();
    };
    wait(milliseconds);
    return () => clearTimeout(timer);
  },
};

/** A clock that runs like the machine's, and can be wound forward by hand. */
export class WindableClock implements Clock {
  private ahead = 0;
  private readonly waiting = new Set<{ due: number; callback: () => void; stop: () => void }>();

  now(): number {
    return Date.now() + this.ahead;
  }

  after(milliseconds: number, callback: () => void): () => void {
    const entry = { due: this.now() + milliseconds, callback, stop: () => {} };
    const run = (): void => {
      this.waiting.delete(entry);
      callback();
    };
    entry.callback = run;
    entry.stop = systemClock.after(milliseconds, run);
    this.waiting.add(entry);
    return () => {
      entry.stop();
      this.waiting.delete(entry);
    };
  }

  /** Moves the clock forward and runs what has come due, earliest first, before it returns. */
  wind(milliseconds: number): void {
    const target = this.now() + milliseconds;
    for (;;) {
      const next = [...this.waiting].toSorted((a, b) => a.due - b.due)[0];
      if (next === undefined || next.due > target) break;
      this.ahead = Math.max(this.ahead, next.due - Date.now());
      next.stop();
      next.callback();
    }
    this.ahead = Math.max(this.ahead, target - Date.now());
    for (const entry of this.waiting) {
      entry.stop();
      entry.stop = systemClock.after(Math.max(0, entry.due - this.now()), entry.callback);
    }
  }
}
