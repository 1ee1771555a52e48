import type { ClosingCode } from '../../protocol/closing.ts';
import { HEARTBEAT } from '../../protocol/limits.ts';
import type { Caller } from './caller.ts';
import { Unavailable, type Lease, type Ports, type Session } from './ports.ts';
import { settleAll } from './settle-all.ts';

/** API Gateway closes every connection after two hours. */
const LONGEST_CONNECTION_MS = 2 * 60 * 60 * 1_000;
/**
 * A user's connections beyond so many, the oldest, are told of nothing: all of them stand in one row, which holds
 * no more than 400 KB, and each of them costs a post an event.
 */
const MOST_SESSIONS = 100;
/** A session this young may not be open yet, so that "gone" proves nothing (F-04). */
export const YOUNG_MS = 10_000;
/** A lease is so many heartbeats long. */
const INTERVALS_PER_LEASE = 2;

/** The session that a connection has from now on: online for two heartbeats, reachable until it must end. */
export function sessionOf(caller: Caller, now: number, intervalMs: number): Session {
  const { connectionId, connectedAt, tokenEnd, batch } = caller;
  const expiresAt = endOf(caller, tokenEnd);
  return { connectionId, connectedAt, ...leaseFrom(now, intervalMs), expiresAt, batch };
}

/** Whether the user is there, for all that this connection has said. */
export function isOnline({ leaseEnd, expiresAt }: Session, now: number): boolean {
  return Math.min(leaseEnd, expiresAt) > now;
}

export function isYoung({ connectedAt }: Session, now: number): boolean {
  return now - connectedAt < YOUNG_MS;
}

/** What a session's `expiresAt` is the end of: of two hours, or of the token before that. */
export function endingOf({ connectedAt, expiresAt }: Session): ClosingCode {
  return connectedAt + LONGEST_CONNECTION_MS <= expiresAt ? 'session_expired' : 'token_expired';
}

/** A connection opens, or its session was lost and is there again. Answers all that the user has. */
export async function openSession(
  ports: Pick<Ports, 'users' | 'clock'>,
  caller: Caller,
  intervalMs: number = HEARTBEAT.default,
): Promise<readonly Session[]> {
  const { userId } = caller;
  const now = ports.clock.now();
  const sessions = await ports.users.putSession(userId, sessionOf(caller, now, intervalMs));
  const surplus = sessions
    .filter(({ expiresAt }) => expiresAt > now)
    .toSorted((one, other) => other.connectedAt - one.connectedAt)
    .slice(MOST_SESSIONS);
  await settleAll(
    surplus.map(({ connectionId }) => ports.users.removeSession(userId, connectionId)),
  );
  return sessions;
}

/** Renews the lease of the caller's connection, and nothing else of its session: a fresh token may have moved its end. */
export async function renewLease(
  ports: Pick<Ports, 'users' | 'clock'>,
  caller: Caller,
  intervalMs: number,
): Promise<void> {
  const { userId, connectionId } = caller;
  const lease = leaseFrom(ports.clock.now(), intervalMs);
  const isThere = await ports.users.renewSession(userId, connectionId, lease);
  if (!isThere) await openSession(ports, caller, intervalMs);
}

/** Moves the end of the caller's session to that of a token, if it is later. Answers the session as it is then. */
export async function extendSession(
  ports: Pick<Ports, 'users' | 'clock'>,
  caller: Caller,
  tokenEnd: number,
): Promise<Session> {
  const { userId, connectionId } = caller;
  const extended = await ports.users.extendSession(userId, connectionId, endOf(caller, tokenEnd));
  if (extended !== undefined) return extended;
  const latest = { ...caller, tokenEnd: Math.max(caller.tokenEnd, tokenEnd) };
  await openSession(ports, latest);
  return sessionOf(latest, ports.clock.now(), HEARTBEAT.default);
}

/**
 * What every action does beside its work: keeps the caller online. It writes only when half of the lease
 * is gone, and never fails the action.
 */
export async function keepLease(
  ports: Pick<Ports, 'users' | 'clock' | 'log'>,
  caller: Caller,
): Promise<void> {
  try {
    const sessions = await ports.users.getSessions(caller.userId, 'eventual');
    const session = sessions.find(({ connectionId }) => connectionId === caller.connectionId);
    const intervalMs = session?.intervalMs ?? HEARTBEAT.default;
    const fresh = session !== undefined && session.leaseEnd - ports.clock.now() > intervalMs;
    if (!fresh) await renewLease(ports, caller, intervalMs);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    ports.log.write('warn', 'lease_not_kept', { connectionId: caller.connectionId });
  }
}

function leaseFrom(now: number, intervalMs: number): Lease {
  return { leaseEnd: now + INTERVALS_PER_LEASE * intervalMs, intervalMs };
}

/** When a connection must end: after two hours, or with its token before that. */
function endOf({ connectedAt }: Caller, tokenEnd: number): number {
  return Math.min(connectedAt + LONGEST_CONNECTION_MS, tokenEnd);
}
