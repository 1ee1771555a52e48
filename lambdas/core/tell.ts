import { LIMITS } from '../../protocol/limits.ts';
import type { Signal } from '../../protocol/signal.ts';
import type { Caller } from './caller.ts';
import { epochOnWire } from './epoch.ts';
import { provenMember } from './membership.ts';
import { Unavailable, type Head, type SignalPorts } from './ports.ts';
import { postFrames } from './post-frames.ts';
import type { MemberPlace } from './read-place.ts';
import { readBlocks } from './read-blocks.ts';
import { readAll } from './retry.ts';

/** So long a signal is tried, in milliseconds: one that comes later than this is better not told. */
const LONGEST_TRY_MS = 500;
const USERS_PER_BATCH = 100;

/**
 * The other members of a direct conversation or a small group, who are told what somebody does there; nobody in a
 * larger one.
 *
 * @param head read before the members are: who is being removed by then, or was, is told nothing
 */
export async function readOthers(
  ports: SignalPorts,
  { userId }: Caller,
  head: Head,
): Promise<readonly string[]> {
  const now = ports.clock.now();
  const others: string[] = [];
  for (let after: string | undefined; ;) {
    const { members, next } = await ports.conversations.listMembers(
      head.conversationId,
      after,
      LIMITS.signalMembers + 1,
    );
    const current = members.filter((member) => provenMember(head, member, now) === 'member');
    others.push(...current.map((member) => member.userId).filter((other) => other !== userId));
    if (others.length >= LIMITS.signalMembers) return [];
    if (next === undefined)
      return head.kind === 'direct' ? unblocked(ports, userId, others) : others;
    after = next;
  }
}

/** Who is blocked, either way, is told nothing in a direct conversation. */
async function unblocked(
  ports: SignalPorts,
  userId: string,
  others: readonly string[],
): Promise<readonly string[]> {
  const blocks = await readBlocks(ports, userId, others);
  return others.filter((other) => !blocks.has(other));
}

/**
 * Tells some users of something, on all of their connections but the caller's own. Best effort: what it is about is
 * stored, or not worth a second try.
 *
 * @param audience who they are, or how to find out
 */
export async function tell(
  ports: SignalPorts,
  { connectionId }: Caller,
  audience: readonly string[] | (() => Promise<readonly string[]>),
  signal: Signal,
): Promise<void> {
  try {
    const userIds = typeof audience === 'function' ? await audience() : audience;
    const found = await readAll(ports, userIds, USERS_PER_BATCH, (some) =>
      ports.users.batchGetSessions(some),
    );
    const now = ports.clock.now();
    const frames = [JSON.stringify(signal)];
    const deliveries = [...found].flatMap(([userId, sessions]) =>
      sessions
        .filter((session) => session.expiresAt > now && session.connectionId !== connectionId)
        .map((session) => ({ userId, session, frames })),
    );
    await postFrames(ports, deliveries, now + LONGEST_TRY_MS);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    ports.log.write('warn', 'signal_not_told', { connectionId });
  }
}

/** The signal that says how far a member has got. */
export function receiptSignal<Type extends 'read_receipt' | 'delivered_receipt'>(
  ports: Pick<SignalPorts, 'settings'>,
  type: Type,
  { head, member }: MemberPlace,
  upToSeq: number,
) {
  const { conversationId, userId } = member;
  return { type, conversationId, userId, upToSeq, epoch: epochOnWire(head.epoch, ports.settings) };
}
