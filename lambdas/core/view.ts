import { isWithin, type Range } from './membership.ts';
import type { ChatSettings, Head } from './ports.ts';
import type { Related } from './read-related.ts';

/** A log as somebody may see it. */
export interface View {
  readonly head: Head;
  readonly settings: Pick<ChatSettings, 'generation'>;
  /** Whether the event of this number is shown to the reader, or was. */
  sees(seq: number): boolean;
  /** What the events that are shown are about. */
  readonly related: Related;
}

/** What there is to be seen. */
interface Shown {
  readonly head: Head;
  readonly settings: View['settings'];
  readonly related: Related;
  /** Up to where it is known who may see what. Default: the head's last number. */
  readonly provenTo?: number;
}

/**
 * A row says what later events have made of it. Those beyond `provenTo` don't count yet: the reader may have been
 * removed before them, and if it was not, it gets them after this.
 *
 * @param ranges what the reader may see
 */
export function viewOf(
  { head, settings, related, provenTo = head.seq }: Shown,
  ranges: readonly Range[],
): View {
  const sees = (seq: number): boolean => seq <= provenTo && isWithin(ranges, seq);
  return { head, settings, related, sees };
}
