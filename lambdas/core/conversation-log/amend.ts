import type { Change, EventRow, Head } from '../ports.ts';
import type { Random, Timer } from '../ports.ts';
import { Refusal } from '../refusal.ts';
import { backoffMs } from '../retry.ts';
import {
  giveUpNumber,
  settleDeletion,
  takeLastNumber,
  takeNumber,
  takeNumberToRemove,
  type LogPorts,
} from './number.ts';

const ROUNDS = 5;
const CONFLICT_RETRIES = 5;

export interface AmendPorts extends LogPorts {
  readonly timer: Timer;
  readonly random: Random;
}

/** An event that goes together with other rows. */
export interface Amendment {
  readonly conversationId: string;
  /** Who does it: a member that gets a number. */
  readonly userId: string;
  /** Who is no member any more with this event: it gets no number after it. */
  readonly leaverId?: string;
  /** Whether it is the conversation's deletion: nobody gets a number after it. */
  readonly isLast?: boolean;
  /** The event at its place. */
  event(place: { readonly seq: number; readonly timestamp: number; readonly head: Head }): EventRow;
  /** The rows that change with it, each guarded by what was read of it. */
  rows(event: EventRow): readonly Change[];
}

export type Amended =
  | { readonly done: true; readonly event: EventRow; readonly head: Head }
  /** A later event changed one of the rows first: look again and decide anew. */
  | { readonly done: false };

/**
 * Appends an event and changes rows with it, all or nothing (DESIGN §3, "two rows at once").
 *
 * @throws Refusal `not_found` when the user is no member (any more), `busy`
 */
export async function amend(ports: AmendPorts, amendment: Amendment): Promise<Amended> {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const taken = await take(ports, amendment);
    if (!taken.taken) throw new Refusal(taken.reason === 'gone' ? 'not_found' : 'busy');
    const event = amendment.event({
      seq: taken.seq,
      timestamp: ports.clock.now(),
      head: taken.head,
    });
    const outcome = await commitAt(ports, event, amendment.rows(event));
    if (amendment.isLast === true) await settleDeletion(ports, taken.head);
    if (outcome === 'done') return { done: true, event, head: taken.head };
    if (outcome === 'overtaken') return { done: false };
  }
  throw new Refusal('busy');
}

function take(
  ports: AmendPorts,
  { conversationId, userId, leaverId, isLast = false }: Amendment,
): ReturnType<typeof takeNumber> {
  if (isLast) return takeLastNumber(ports, conversationId, userId);
  return leaverId === undefined
    ? takeNumber(ports, conversationId, userId)
    : takeNumberToRemove(ports, conversationId, userId, leaverId);
}

async function commitAt(
  ports: AmendPorts,
  event: EventRow,
  rows: readonly Change[],
): Promise<'done' | 'overtaken' | 'filled'> {
  for (let attempt = 1; attempt <= CONFLICT_RETRIES; attempt += 1) {
    const result = await ports.conversations.commit([{ kind: 'put_event', event }, ...rows]);
    if (result.committed) return 'done';
    // The slot was filled meanwhile: another number, another try.
    if (result.failures[0] === 'condition') return 'filled';
    if (result.failures.includes('condition')) {
      await giveUpNumber(ports, event.conversationId, event.seq);
      return 'overtaken';
    }
    await ports.timer.sleep(backoffMs(ports.random, attempt));
  }
  await giveUpNumber(ports, event.conversationId, event.seq);
  throw new Refusal('busy');
}
