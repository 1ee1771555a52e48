import { pick, type Pastime } from './pastime.ts';

/** Beyond every end. */
const FAR = 1_000_000;

/**
 * Somebody says how far it has got, by number or by time: as far as it shows, less, or more than there is; and now
 * and then that it wants to come back to something. The stranger tries it where it may not.
 */
export const mark: Pastime = {
  perSecond: 0.6,
  act({ scheduler }, { clients, stranger, conversationIds }, random) {
    const client = pick(random, [...clients, stranger]);
    const conversationId = pick(random, conversationIds);
    const { seq, epoch } = client.views.get(conversationId)?.cursor ?? { seq: 0 };
    const somewhere = () => Math.max(1, Math.ceil(random.fraction() * seq));
    const known = random.fraction() < 0.5 ? { epoch } : {};
    const upToTimestamp = Math.floor(scheduler.clock.now() - random.fraction() * 20_000);
    const marks: object[] = [
      { type: 'mark_read', upToSeq: somewhere(), ...known },
      { type: 'mark_read', upToSeq: Math.max(1, seq), ...known },
      { type: 'mark_read', upToSeq: FAR },
      { type: 'mark_read', upToTimestamp },
      { type: 'mark_delivered', upToSeq: somewhere(), ...known },
      { type: 'mark_unread', on: random.fraction() < 0.8 },
    ];
    // Now and then two at once.
    for (let more = 1; random.fraction() < more; more -= 0.7)
      void client.ask({ ...pick(random, marks), conversationId });
    if (random.fraction() < 0.2)
      void client.ask({ type: 'get_receipts', conversationId, limit: 3 });
  },
};
