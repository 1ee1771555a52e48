import type { MemoryRandom } from '../memory/random.ts';

/** Everything that can go wrong, by where it strikes. */
export const FAULT_CLASSES = {
  // A call of a port (one AWS call)
  fail_before: 'the call fails and has not happened',
  fail_after: 'the call fails and has happened',
  delay: 'the call takes seconds',
  repeat: 'the call is made twice, and the second answer counts (a retry of the SDK)',
  conflict: 'a transaction meets another at the same row',
  stale_read: 'an eventually consistent read misses the last change',
  partial_batch: 'a batch read leaves some keys unprocessed',
  empty_page: 'a page comes back empty, with a key to go on from',
  kill_before: 'the function is killed as it makes the call',
  kill_after: 'the function is killed as the call has had its effect',
  // A post to a connection
  post_limited: '429',
  post_failed: '5xx, posted or not',
  post_lost: '200, and the client never gets it',
  // A function
  clock_skew: 'its clock is off by up to 1.5 seconds',
  // The queue
  nudge_twice: 'a nudge is delivered to two workers at once',
  // A connection
  frame_lost: 'a frame of a client is lost, or its answer',
  frame_twice: 'a frame of a client comes twice',
  reorder: 'frames overtake each other',
  cut: 'a connection is cut, and the gateway notices later',
  disconnect_lost: '$disconnect never comes',
  disconnect_late: '$disconnect comes much later',
  token_end: 'a token ends within the run',
  // A client
  restart: 'a client starts anew with what it has stored',
  fresh_start: 'a client starts anew with nothing but its outbox',
  // The tables
  restore: 'both tables are restored to an earlier time',
} as const;

export type FaultClass = keyof typeof FAULT_CLASSES;
export const ALL_FAULTS = Object.keys(FAULT_CLASSES) as FaultClass[];

/** How often each class strikes where it can: per call, post, frame, or (the last ones) per step of the script. */
export type Rates = Partial<Readonly<Record<FaultClass, number>>>;

/** Decides, out of a random source of its own, where faults strike, and counts them. */
export class FaultPlan {
  readonly fired = new Map<FaultClass, number>();
  readonly #rates: Rates;
  readonly #random: MemoryRandom;
  #healed = false;

  constructor(rates: Rates, random: MemoryRandom) {
    this.#rates = rates;
    this.#random = random;
  }

  /** Whether this fault strikes here and now. */
  strikes(fault: FaultClass): boolean {
    const rate = this.#healed ? 0 : (this.#rates[fault] ?? 0);
    if (rate === 0 || this.#random.fraction() >= rate) return false;
    this.fired.set(fault, (this.fired.get(fault) ?? 0) + 1);
    return true;
  }

  /** A whole number of at least `least` and at most `most`. */
  between(least: number, most: number): number {
    return least + Math.floor(this.#random.fraction() * (most - least + 1));
  }

  /** Faults strike again after `heal`. */
  begin(): void {
    this.#healed = false;
  }

  /** From now on nothing fails. */
  heal(): void {
    this.#healed = true;
  }

  get healed(): boolean {
    return this.#healed;
  }
}
