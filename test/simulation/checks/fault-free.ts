import type { Facts } from './facts.ts';

/**
 * A send, its fan-out and a post, each at its slowest, and once a nudge that is given back for a second: of two
 * changes of one row that meet one gives its number up, and a worker may come just before that. A hole would hold it
 * up for two seconds.
 */
const LONGEST_MS = 1_500;

/** Where nothing fails, every event is posted to each connection once and at once. */
export function checkFaultFree(facts: Facts): void {
  const seen = new Set<string>();
  for (const { kind, text, at, caller } of facts.world.history.wire) {
    if (kind === 'answer') continue;
    const frame = JSON.parse(text) as { events?: { seq: number }[]; seq?: number };
    for (const event of frame.events ?? [frame]) {
      // A signal has no number.
      if (event.seq === undefined) continue;
      const { conversationId, seq, timestamp } = event as {
        conversationId: string;
        seq: number;
        timestamp?: number;
      };
      const key = `${caller.connectionId} ${conversationId} ${seq}`;
      if (seen.has(key)) facts.violation(`${key} was posted twice`);
      seen.add(key);
      if (timestamp !== undefined && at - timestamp > LONGEST_MS)
        facts.violation(`${key} came after ${at - timestamp} ms`);
    }
  }
  for (const [name, { acks, failure }] of facts.world.history.sends)
    if (acks.length !== 1 && failure === undefined) facts.violation(`${name} has no ack`);
}
