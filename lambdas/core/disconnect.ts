import type { Caller } from './caller.ts';
import type { Ports } from './ports.ts';

/**
 * A connection has closed: a hint, which may come late, out of order or never (F-01, F-02). It ends that
 * connection's session and no other.
 */
export async function disconnect(
  ports: Pick<Ports, 'users'>,
  caller: Pick<Caller, 'userId' | 'connectionId'>,
): Promise<void> {
  await ports.users.removeSession(caller.userId, caller.connectionId);
}
