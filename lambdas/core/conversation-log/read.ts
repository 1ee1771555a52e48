import type { EventRow, Head } from '../ports.ts';
import { fillHole, HOLE_AGE_MS, type LogPorts } from './number.ts';

/** Looking for a hole, so many events are read at once. */
const EVENTS_PER_WALK = 100;

/**
 * Reads the log forward: the events of `from..to`, as far as they are contiguous, at most `limit`. Holes
 * that are old enough are filled on the way; a younger one ends the answer.
 *
 * @param head read before: nothing after its `seq` is answered
 */
export async function readForward(
  ports: LogPorts,
  head: Head,
  range: { readonly from: number; readonly to: number },
  limit: number,
): Promise<EventRow[]> {
  const { conversationId } = head;
  const last = Math.min(range.to, head.seq, range.from + limit - 1);
  const events: EventRow[] = [];
  for (let from: number | undefined = range.from; from !== undefined && from <= last;) {
    const page = await ports.conversations.listEvents({
      conversationId,
      from,
      to: last,
      limit,
      newestFirst: false,
    });
    const end = page.next === undefined ? last : page.next - 1;
    const stopped = await collect(ports, head, page.events, { from, to: end }, events);
    if (stopped) break;
    from = page.next;
  }
  return events;
}

/**
 * Reads the log backward: the events of `from..to`, newest first and contiguous, at most `limit`. It begins
 * at the end of the contiguous prefix: whatever stands above a hole too young to be filled is left out, also
 * where that hole lies deeper than the page.
 */
export async function readBackward(
  ports: LogPorts,
  head: Head,
  range: { readonly from: number; readonly to: number },
  limit: number,
): Promise<EventRow[]> {
  const { conversationId } = head;
  let events: EventRow[] = [];
  let provenAt = head.takenAt;
  let expected = Math.min(range.to, head.seq);
  // What was delivered has no hole before it, and a hole before what is old can be filled.
  const mayHideHole = (): boolean =>
    expected > head.fanOutSeq && ports.clock.now() - provenAt < HOLE_AGE_MS;
  while (expected >= range.from && (events.length < limit || mayHideHole())) {
    // Once the page is full, what is left is the walk to where no hole can hide: not event by event.
    const isFull = events.length >= limit;
    const from = isFull ? Math.max(range.from, head.fanOutSeq + 1) : range.from;
    const page = await ports.conversations.listEvents({
      conversationId,
      from,
      to: expected,
      limit: isFull ? EVENTS_PER_WALK : limit - events.length,
      newestFirst: true,
    });
    const lowest = page.next === undefined ? from : page.next + 1;
    const bySeq = new Map(page.events.map((event) => [event.seq, event]));
    for (; expected >= lowest && (events.length < limit || mayHideHole()); expected -= 1) {
      const event =
        bySeq.get(expected) ?? (await fillHole(ports, conversationId, expected, provenAt));
      if (event === undefined) events = [];
      else {
        events.push(event);
        provenAt = Math.min(provenAt, event.timestamp);
      }
    }
  }
  return events.slice(0, limit);
}

/** Adds the events of a page and the holes between them; true when a hole is too young to be filled. */
async function collect(
  ports: LogPorts,
  head: Head,
  page: readonly EventRow[],
  range: { readonly from: number; readonly to: number },
  events: EventRow[],
): Promise<boolean> {
  const bySeq = new Map(page.map((event) => [event.seq, event]));
  for (let seq = range.from; seq <= range.to; seq += 1) {
    const event =
      bySeq.get(seq) ??
      (await fillHole(ports, head.conversationId, seq, proofOfLater(head, page, seq)));
    if (event === undefined) return true;
    events.push(event);
  }
  return false;
}

/** When a number after `seq` was known to be taken: the oldest proof there is. */
function proofOfLater(head: Head, page: readonly EventRow[], seq: number): number {
  return page.reduce(
    (oldest, event) => (event.seq > seq ? Math.min(oldest, event.timestamp) : oldest),
    head.takenAt,
  );
}
