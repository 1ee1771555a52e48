import { pick, type Pastime } from './pastime.ts';

/** A member sends other content under a `localId` that was acked. */
export const misuse: Pastime = {
  perSecond: 0.1,
  act({ history, clients }, _cast, random) {
    if (history.sends.size === 0) return;
    const send = pick(random, [...history.sends.values()]);
    if (send.acks.length === 0) return;
    const { conversationId, localId } = send.draft;
    const client = clients.find(({ userId }) => userId === send.userId);
    void client?.ask({ type: 'send_message', conversationId, localId, content: 'Something else.' });
  },
};
