import {
  MOST_LEAVING,
  Unavailable,
  type Clock,
  type ConversationStore,
  type EventRow,
  type Head,
  type Log,
  type NumberTaken,
} from '../ports.ts';
import { isCurrent } from '../membership.ts';

/** How old a hole must be before anybody fills it, in milliseconds: its holder is dead by then, or will find it filled. */
export const HOLE_AGE_MS = 2_000;

/** How long a mark of leaving lasts, in milliseconds: whoever looked before it was set has ended by then. */
export const LEAVING_MS = 60_000;

/** What the log's own module needs. */
export interface LogPorts {
  readonly conversations: ConversationStore;
  readonly clock: Clock;
  readonly log: Log;
}

export type Taken =
  | { readonly taken: true; readonly seq: number; readonly head: Head }
  /**
   * `gone`: there is no such conversation (any more), or the user is no member. `leaving`: it may be about to be, or
   * all of it to be deleted.
   */
  | { readonly taken: false; readonly reason: 'gone' | 'leaving' };

/** Takes the next number of a conversation for a member. */
export async function takeNumber(
  ports: LogPorts,
  conversationId: string,
  userId: string,
): Promise<Taken> {
  const now = ports.clock.now();
  return settle(
    ports,
    userId,
    conversationId,
    await ports.conversations.takeNumber(conversationId, userId, now),
  );
}

/** Takes the number of a conversation's deletion: nobody gets another before it is known what became of it. */
export async function takeLastNumber(
  ports: LogPorts,
  conversationId: string,
  userId: string,
): Promise<Taken> {
  const now = ports.clock.now();
  return settle(
    ports,
    userId,
    conversationId,
    await ports.conversations.takeLastNumber(conversationId, userId, now),
  );
}

/**
 * Takes the number of somebody's removal: from it on the one who goes gets no other, for longer than any
 * function runs. Marks that have run out are cleared away where they are in the way; with eight that have not
 * the answer is `leaving`.
 *
 * @param userId who removes; the same as `leaverId` for who goes by itself
 */
export async function takeNumberToRemove(
  ports: LogPorts,
  conversationId: string,
  userId: string,
  leaverId: string,
): Promise<Taken> {
  const { conversations, clock } = ports;
  const now = clock.now();
  const take = () =>
    conversations.takeNumberToRemove(conversationId, userId, leaverId, now, now + LEAVING_MS);
  const first = await take();
  const marks = Object.entries(first.taken ? {} : (first.head?.leaving ?? {}));
  const over = marks.filter(([, end]) => end <= now);
  if (marks.length < MOST_LEAVING || over.length === 0)
    return settle(ports, userId, conversationId, first);
  for (const [marked, end] of over) await conversations.clearLeaving(conversationId, marked, end);
  return settle(ports, userId, conversationId, await take());
}

async function settle(
  ports: LogPorts,
  userId: string,
  conversationId: string,
  result: NumberTaken,
): Promise<Taken> {
  if (result.taken) return { taken: true, seq: result.head.seq, head: result.head };
  if (result.head === undefined || result.head.closed) return { taken: false, reason: 'gone' };
  if ((await settleDeletion(ports, result.head)) === 'deleted')
    return { taken: false, reason: 'gone' };
  // The head lists the user as leaving, or too many others: only the member row says whether it has left.
  const member = await ports.conversations.getMember(conversationId, userId);
  return { taken: false, reason: isCurrent(member) ? 'leaving' : 'gone' };
}

/** Gives up a number that nobody will use. If it fails, whoever needs the log to go on fills the hole. */
export async function giveUpNumber(
  ports: LogPorts,
  conversationId: string,
  seq: number,
): Promise<void> {
  try {
    await ports.conversations.putEvent(voidAt(ports, conversationId, seq));
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    ports.log.write('warn', 'number_not_given_up', { conversationId, seq });
  }
}

/**
 * What stands at an empty slot once it is old enough to be filled: the void put there, or the event of a
 * holder who was late but first.
 * @param provenAt when a later number was known to be taken, in milliseconds
 */
export async function fillHole(
  ports: LogPorts,
  conversationId: string,
  seq: number,
  provenAt: number,
): Promise<EventRow | undefined> {
  if (ports.clock.now() - provenAt < HOLE_AGE_MS) return undefined;
  const filler = voidAt(ports, conversationId, seq);
  return (await ports.conversations.putEvent(filler)) ?? filler;
}

/**
 * What became of a deletion whose number is taken: whoever took it may have died. The head is closed if the event
 * stands there, and open again if it never will; neither, while it is too young to say.
 */
export async function settleDeletion(
  ports: LogPorts,
  { conversationId, closing, takenAt }: Head,
): Promise<'deleted' | 'open' | 'unsettled'> {
  if (closing === undefined) return 'open';
  // No number was taken after it, so that the head's time is the time of this one.
  const event =
    (await ports.conversations.getEvent(conversationId, closing)) ??
    (await fillHole(ports, conversationId, closing, takenAt));
  if (event === undefined) return 'unsettled';
  if (event.type === 'conversation_deleted') {
    await ports.conversations.close(conversationId, closing);
    return 'deleted';
  }
  await ports.conversations.reopen(conversationId, closing);
  return 'open';
}

function voidAt(ports: LogPorts, conversationId: string, seq: number): EventRow {
  return { type: 'void', conversationId, seq, timestamp: ports.clock.now() };
}
