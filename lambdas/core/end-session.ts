import { CLOSING_REASONS, type ClosingCode } from '../../protocol/closing.ts';
import type { ServerMessage } from '../../protocol/server-message.ts';
import { Unavailable, type FanOutPorts, type Session } from './ports.ts';
import { isYoung } from './sessions.ts';

/** What closing somebody's connection takes. */
export type EndingPorts = Pick<FanOutPorts, 'users' | 'connections' | 'clock' | 'log'>;

/**
 * Closes a connection: it gets the reason first, since nobody can choose a close code, and then no session of it
 * is left.
 *
 * @returns whether it is closed. If not, its session is there yet, and whoever comes by it next tries again
 */
export async function endSession(
  ports: EndingPorts,
  userId: string,
  session: Session,
  code: ClosingCode,
): Promise<boolean> {
  const { connectionId } = session;
  const closing: ServerMessage = { type: 'closing', code, ...CLOSING_REASONS[code] };
  const posted = await ports.connections.post(connectionId, JSON.stringify(closing));
  const closed = posted === 'gone' ? posted : await ports.connections.close(connectionId);
  if (closed === 'forbidden') ports.log.write('error', 'post_forbidden', { connectionId });
  // One that is not open yet is gone as well (F-04), and may open after this.
  const isClosed = closed === 'sent' || (closed === 'gone' && !isYoung(session, ports.clock.now()));
  if (!isClosed) return false;
  try {
    await ports.users.removeSession(userId, connectionId);
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    ports.log.write('warn', 'session_not_removed', { connectionId });
  }
  return true;
}
