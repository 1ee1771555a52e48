import type { Caller } from './caller.ts';
import type { Ports } from './ports.ts';
import { Refusal } from './refusal.ts';

/**
 * Who is to be served. What comes with a frame about its token is as of the handshake; a connection that took a
 * fresh one since (`refresh_token`) goes on for as long as its session says.
 *
 * @throws Refusal `unauthorized` once both have ended
 */
export async function servedCaller(
  ports: Pick<Ports, 'users' | 'clock'>,
  caller: Caller,
): Promise<Caller> {
  const now = ports.clock.now();
  if (caller.tokenEnd > now) return caller;
  const sessions = await ports.users.getSessions(caller.userId, 'consistent');
  const session = sessions.find(({ connectionId }) => connectionId === caller.connectionId);
  if (session === undefined || session.expiresAt <= now) throw new Refusal('unauthorized');
  return { ...caller, tokenEnd: session.expiresAt };
}
