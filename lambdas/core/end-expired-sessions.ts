import { CLOSING_REASONS } from '../../protocol/closing.ts';
import type { ServerMessage } from '../../protocol/server-message.ts';
import { Unavailable, type FanOutPorts, type Session } from './ports.ts';
import { endingOf } from './sessions.ts';
import { settleAll } from './settle-all.ts';

/**
 * Closes connections whose session has ended: they get the reason first, since nobody can choose a close
 * code, and then no session of theirs is left. What fails is tried again at the next fan-out.
 */
export async function endExpiredSessions(
  ports: FanOutPorts,
  expired: readonly { readonly userId: string; readonly session: Session }[],
): Promise<void> {
  await settleAll(
    expired.map(async ({ userId, session }) => {
      const { connectionId } = session;
      const code = endingOf(session);
      const closing: ServerMessage = { type: 'closing', code, ...CLOSING_REASONS[code] };
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
