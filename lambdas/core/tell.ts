import type { Signal } from '../../protocol/signal.ts';
import type { Caller } from './caller.ts';
import { epochOnWire } from './epoch.ts';
import { Unavailable, type SignalPorts } from './ports.ts';
import { postFrames } from './post-frames.ts';
import type { MemberPlace } from './read-place.ts';
import { readAll } from './retry.ts';

/** So long a signal is tried, in milliseconds: one that comes later than this is better not told. */
const LONGEST_TRY_MS = 500;
const USERS_PER_BATCH = 100;

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
