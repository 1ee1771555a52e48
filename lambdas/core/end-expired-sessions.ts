import { endSession, type EndingPorts } from './end-session.ts';
import type { Session } from './ports.ts';
import { endingOf } from './sessions.ts';
import { settleAll } from './settle-all.ts';

/** Closes connections whose session has ended. What fails is tried again at the next fan-out. */
export async function endExpiredSessions(
  ports: EndingPorts,
  expired: readonly { readonly userId: string; readonly session: Session }[],
): Promise<void> {
  await settleAll(
    expired.map(({ userId, session }) => endSession(ports, userId, session, endingOf(session))),
  );
}
