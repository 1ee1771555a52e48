import { pick, type Pastime } from './pastime.ts';

/** Somebody begins to write or stops, and now and then decides who may know what it has read. */
export const signal: Pastime = {
  perSecond: 0.6,
  act(_world, { clients, stranger, conversationIds }, random) {
    const client = pick(random, [...clients, stranger]);
    const conversationId = pick(random, conversationIds);
    if (random.fraction() < 0.1)
      void client.ask({ type: 'update_settings', readReceipts: random.fraction() < 0.5 });
    const type = random.fraction() < 0.7 ? 'typing_start' : 'typing_stop';
    void client.ask({ type, conversationId });
  },
};
