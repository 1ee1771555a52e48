import { isWithin, type Range } from './membership.ts';
import type { ChatSettings, Head } from './ports.ts';
import type { Related } from './read-related.ts';

/** A log as somebody may see it. */
export interface View {
  readonly head: Head;
  readonly settings: Pick<ChatSettings, 'generation'>;
  /** Who it is; `undefined` where it is for all who see the same. */
  readonly readerId?: string;
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
  readonly readerId?: string;
  /** Up to where it is known who may see what. Default: the head's last number. */
  readonly provenTo?: number;
}

/**
 * A row says what later events have made of it. Those beyond `provenTo` don't count yet: the reader may have been
 * removed before them, and if it was not, it gets them after this.
 *
 * @param ranges what the reader may see
 */
export function viewOf({ provenTo, ...shown }: Shown, ranges: readonly Range[]): View {
  const last = provenTo ?? shown.head.seq;
  return { ...shown, sees: (seq) => seq <= last && isWithin(ranges, seq) };
}
