import type { SignedOut, SignOut } from '../../protocol/sign-out.ts';
import { HEARTBEAT } from '../../protocol/limits.ts';
import type { Caller } from './caller.ts';
import { endSession } from './end-session.ts';
import type { IdentityPorts, Session } from './ports.ts';
import { Refusal } from './refusal.ts';
import { sessionOf } from './sessions.ts';
import { settleAll } from './settle-all.ts';

/**
 * PROTOCOL §sign_out. The caller's own connection is the last to be closed: while one of the others is open, there is
 * somebody to be told to ask again.
 */
export async function signOut(
  ports: IdentityPorts,
  caller: Caller,
  { everywhere = false }: SignOut,
): Promise<SignedOut> {
  const { userId, connectionId } = caller;
  const sessions = everywhere ? await ports.users.getSessions(userId, 'consistent') : [];
  const others = sessions.filter((session) => session.connectionId !== connectionId);
  await close(ports, userId, others);
  await close(ports, userId, [sessionOf(caller, ports.clock.now(), HEARTBEAT.default)]);
  return { type: 'signed_out' };
}

/** @throws Refusal `busy` if one of them is open yet, for all that is known */
async function close(
  ports: IdentityPorts,
  userId: string,
  sessions: readonly Session[],
): Promise<void> {
  const closed = await settleAll(
    sessions.map((session) => endSession(ports, userId, session, 'signed_out')),
  );
  if (closed.includes(false)) throw new Refusal('busy');
}
