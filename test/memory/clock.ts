import type { Clock } from '../../lambdas/core/ports.ts';

/** A clock that stands still until it is told otherwise. */
export class MemoryClock implements Clock {
  #now: number;

  /** `start`: milliseconds since 1970; a date like any other by default. */
  constructor(start = Date.UTC(2026, 0, 2, 3, 4, 5, 678)) {
    this.#now = start;
  }

  /** Whole milliseconds, as a machine's clock has them; sleeps need not be whole. */
  now(): number {
    return Math.floor(this.#now);
  }

  set(now: number): void {
    this.#now = now;
  }

  advance(milliseconds: number): void {
    this.#now += milliseconds;
  }
}
