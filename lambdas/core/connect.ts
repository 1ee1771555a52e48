import { HEARTBEAT } from '../../protocol/limits.ts';
import type { Caller } from './caller.ts';
import type { Ports } from './ports.ts';
import { renewLease } from './sessions.ts';
import { settleAll } from './settle-all.ts';

/** A user keeps so many sessions before ended ones are cleared away. */
const SESSIONS_BEFORE_CLEARING = 10;

/**
 * A connection opens: it becomes one of the user's sessions. Nothing is posted to it here: it is not open
 * yet, and a post would be answered with 410 (F-04).
 */
export async function connect(
  ports: Pick<Ports, 'users' | 'clock'>,
  caller: Caller,
): Promise<void> {
  const sessions = await renewLease(ports, caller, HEARTBEAT.default);
  const now = ports.clock.now();
  if (sessions.length <= SESSIONS_BEFORE_CLEARING) return;
  const ended = sessions.filter((session) => session.expiresAt <= now);
  await settleAll(
    ended.map(({ connectionId }) => ports.users.removeSession(caller.userId, connectionId)),
  );
}
