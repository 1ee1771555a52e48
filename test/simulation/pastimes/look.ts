import { pick, type Pastime } from './pastime.ts';

/** A member looks into the history or the list. */
export const look: Pastime = {
  perSecond: 0.2,
  act(_world, { clients, stranger, conversationIds }, random) {
    const client = pick(random, [...clients, stranger]);
    const conversationId = pick(random, conversationIds);
    const seq = client.views.get(conversationId)?.cursor.seq ?? 0;
    const limit = 1 + Math.floor(random.fraction() * 8);
    const around = Math.max(1, Math.floor(random.fraction() * (seq + 2)));
    const frames: object[] = [
      { type: 'list_conversations', limit },
      { type: 'list_messages', conversationId, limit },
      { type: 'list_messages', conversationId, limit, before: around },
      { type: 'list_messages', conversationId, limit, after: around - 1 },
    ];
    void client.ask(pick(random, frames));
  },
};
