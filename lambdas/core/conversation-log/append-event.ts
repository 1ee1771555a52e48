import type { EventRow, Head } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import { takeNumber, type LogPorts } from './number.ts';

/** An event that no other row changes together with. */
export interface LoneEvent {
  readonly conversationId: string;
  /** Who does it: a member that gets a number. */
  readonly userId: string;
  /** The event at its place. */
  event(place: { readonly seq: number; readonly timestamp: number; readonly head: Head }): EventRow;
}

/**
 * Appends an event: two write units, and no transaction.
 *
 * @returns the event; `undefined` where its slot was filled meanwhile: look again and decide anew
 * @throws Refusal `not_found` when the user is no member (any more), `busy`
 */
export async function appendEvent(ports: LogPorts, lone: LoneEvent): Promise<EventRow | undefined> {
  const taken = await takeNumber(ports, lone.conversationId, lone.userId);
  if (!taken.taken) throw new Refusal(taken.reason === 'gone' ? 'not_found' : 'busy');
  const row = lone.event({ seq: taken.seq, timestamp: ports.clock.now(), head: taken.head });
  const earlier = await ports.conversations.putEvent(row);
  // The number is nobody else's: what is there is a void that filled it, or our own, which the SDK's retry finds (F-41).
  return earlier?.type === 'void' ? undefined : row;
}
