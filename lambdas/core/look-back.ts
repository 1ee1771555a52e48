import { LIMITS } from '../../protocol/limits.ts';
import type { LogPorts } from './conversation-log/number.ts';
import { readBackward } from './conversation-log/read.ts';
import type { Range } from './membership.ts';
import type { EventRow, Head } from './ports.ts';

/** The first look back is at least so far, so that a void or two at the end cost no second read. */
const SHORTEST_LOOK = 4;

/**
 * So many events are looked at, and no more: what keeps a log that somebody has filled with voids from holding
 * up the whole list. Whatever lies further back is not counted.
 */
const FARTHEST_LOOK = 2_000;

/**
 * Walks a log backward from its end, look by look, each newest first, for as long as whoever asks goes on.
 *
 * @param firstLook how many events the first look is to bring
 */
export async function* lookBack(
  ports: LogPorts,
  head: Head,
  range: Range,
  firstLook = SHORTEST_LOOK,
): AsyncGenerator<readonly EventRow[], void> {
  let limit = Math.min(LIMITS.unreadMany, Math.max(SHORTEST_LOOK, firstLook));
  let known = head;
  let looked = 0;
  for (let to = Math.min(range.to, head.seq); to >= range.from && looked < FARTHEST_LOOK;) {
    const events = await readBackward(ports, known, { from: range.from, to }, limit);
    if (events.length > 0) yield events;
    to = (events.at(-1)?.seq ?? 0) - 1;
    looked += events.length;
    limit = LIMITS.unreadMany;
    // The first look has walked to where no hole can hide; the others lie below that, and need not.
    known = { ...head, fanOutSeq: head.seq };
  }
}
