import { isWithin, type Range } from './membership.ts';
import type { ChatSettings, Head } from './ports.ts';

/** A log as somebody may see it. */
export interface View {
  readonly head: Head;
  readonly settings: ChatSettings;
  /** Whether the event of this number is shown to the reader, or was. */
  sees(seq: number): boolean;
}

/**
 * A row says what later events have made of it. Those beyond `provenTo` don't count yet: the reader may have been
 * removed before them, and if it was not, it gets them after this.
 *
 * @param ranges what the reader may see
 * @param provenTo up to where that is known
 */
export function viewOf(
  head: Head,
  settings: ChatSettings,
  ranges: readonly Range[],
  provenTo = head.seq,
): View {
  return { head, settings, sees: (seq) => seq <= provenTo && isWithin(ranges, seq) };
}
