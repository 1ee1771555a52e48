import type { ConversationEvent } from '../../protocol/conversation-event.ts';
import { LIMITS } from '../../protocol/limits.ts';

const BATCH_ENVELOPE_BYTES = jsonBytes({ type: 'events', events: [] });

/** How long a value is as a frame, in UTF-8 bytes. */
export function jsonBytes(value: unknown): number {
  return Buffer.byteLength(JSON.stringify(value));
}

/**
 * Packs events into frames of at most 32 KB: one event a frame, or as many as fit for a connection that
 * takes batches.
 */
export function packEvents(events: readonly ConversationEvent[], batch: boolean): string[] {
  if (!batch) return events.map((event) => JSON.stringify(event));
  const frames: string[] = [];
  for (let rest = events; rest.length > 0;) {
    const count = Math.max(1, countFitting(rest, LIMITS.frameBytes - BATCH_ENVELOPE_BYTES));
    const fitting = rest.slice(0, count);
    frames.push(JSON.stringify(count === 1 ? fitting[0] : { type: 'events', events: fitting }));
    rest = rest.slice(count);
  }
  return frames;
}

/** How many of the values, from the first, fit as elements of a JSON array into so many bytes. */
export function countFitting(values: readonly unknown[], bytes: number): number {
  let used = 0;
  for (const [index, value] of values.entries()) {
    used += jsonBytes(value) + 1;
    if (used > bytes + 1) return index;
  }
  return values.length;
}
