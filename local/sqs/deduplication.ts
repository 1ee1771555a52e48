import type { Clock } from '../clock.ts';

/** What a duplicate is answered with. */
export interface FirstSend {
  readonly messageId: string;
  readonly sequenceNumber: string;
}

export const DEDUPLICATION_WINDOW_MILLISECONDS = 5 * 60 * 1000;

/** The deduplication ids of the last five minutes. An id blocks even after its message was deleted. */
export class Deduplication {
  private readonly clock: Clock;
  /** In order of the time they were sent, so that the old ones stand in front. */
  private readonly seen = new Map<string, { readonly first: FirstSend; readonly until: number }>();

  constructor(clock: Clock) {
    this.clock = clock;
  }

  find(key: string): FirstSend | undefined {
    for (const [old, { until }] of this.seen) {
      if (until > this.clock.now()) break;
      this.seen.delete(old);
    }
    return this.seen.get(key)?.first;
  }

  remember(key: string, first: FirstSend, sentAt: number): void {
    this.seen.delete(key);
    this.seen.set(key, { first, until: sentAt + DEDUPLICATION_WINDOW_MILLISECONDS });
  }
}
