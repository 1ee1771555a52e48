import type { Caller } from './caller.ts';
import { endExpiredSessions } from './end-expired-sessions.ts';
import { endSession, type EndingPorts } from './end-session.ts';
import type { Ports, Session } from './ports.ts';
import { keepClaims } from './profiles.ts';
import { openSession } from './sessions.ts';
import { settleAll } from './settle-all.ts';

/** A user keeps so many sessions before ended ones are cleared away. */
const SESSIONS_BEFORE_CLEARING = 10;

/**
 * A connection opens: it becomes one of the user's sessions, and where there are more than a user may have, others
 * are closed for it. Nothing is posted to it here: it is not open yet, and a post would be answered with 410 (F-04).
 */
export async function connect(
  ports: EndingPorts & Pick<Ports, 'settings'>,
  caller: Caller,
): Promise<void> {
  const { userId, connectionId } = caller;
  const sessions = await openSession(ports, caller);
  const now = ports.clock.now();
  const others = sessions.filter((session) => session.connectionId !== connectionId);
  const live = others.filter(({ expiresAt }) => expiresAt > now);
  const ended = others.filter(({ expiresAt }) => expiresAt <= now);
  const surplus = live.length + 1 - ports.settings.limits.connectionsPerUser;
  await settleAll([
    keepClaims(ports, caller),
    ...firstToGo(live, now)
      .slice(0, Math.max(0, surplus))
      .map((session) => endSession(ports, userId, session, 'too_many_connections')),
    sessions.length > SESSIONS_BEFORE_CLEARING
      ? endExpiredSessions(
          ports,
          ended.map((session) => ({ userId, session })),
        )
      : undefined,
  ]);
}

/** In what order connections make room: those first that have been silent for longer than their lease, then the oldest. */
function firstToGo(sessions: readonly Session[], now: number): readonly Session[] {
  const isSilent = ({ leaseEnd }: Session): boolean => leaseEnd <= now;
  return sessions.toSorted(
    (one, other) =>
      Number(isSilent(other)) - Number(isSilent(one)) || one.connectedAt - other.connectedAt,
  );
}
