import { CLOSING_REASONS, type ClosingCode } from '../../protocol/closing.ts';
import type { ServerMessage } from '../../protocol/server-message.ts';
import { Unavailable, type FanOutPorts, type Session } from './ports.ts';

/** API Gateway's own limit ends a session at two hours; a token's end comes before that. */
const CODE: ClosingCode = 'token_expired';

/**
 * Closes connections whose session has ended: they get the reason first, since nobody can choose a close
 * code, and then no session of theirs is left. What fails is tried again at the next fan-out.
 */
export async function endExpiredSessions(
  ports: FanOutPorts,
  expired: readonly { readonly userId: string; readonly session: Session }[],
): Promise<void> {
  const closing: ServerMessage = { type: 'closing', code: CODE, ...CLOSING_REASONS[CODE] };
  await Promise.all(
    expired.map(async ({ userId, session: { connectionId } }) => {
      const posted = await ports.connections.post(connectionId, JSON.stringify(closing));
      const closed = posted === 'gone' ? posted : await ports.connections.close(connectionId);
      if (closed !== 'sent' && closed !== 'gone') return;
      try {
        await ports.users.removeSession(userId, connectionId);
      } catch (error) {
        if (!(error instanceof Unavailable)) throw error;
        ports.log.write('warn', 'session_not_removed', { connectionId });
      }
    }),
  );
}
