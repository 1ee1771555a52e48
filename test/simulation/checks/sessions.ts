import { clientOf } from '../pastimes/pastime.ts';
import type { Facts } from './facts.ts';

const GRACE_MS = 5_000;

/** After a fan-out to everybody no session is left of a connection that is not open. */
export function checkStaleSessions(facts: Facts): void {
  const { backend, gateway, clients } = facts.world;
  for (const userId of new Set(clients.map((client) => client.userId))) {
    // Nobody posts to who is in no conversation.
    if (!facts.conversationIds.some((id) => facts.isCurrent(id, userId))) continue;
    for (const { connectionId } of backend.users.sessionsOf(userId))
      if (gateway.socketOf(connectionId)?.state !== 'open')
        facts.violation(`the session of ${connectionId} is left`);
  }
}

/** Who is gone without a word is offline within two heartbeats and five seconds; who is there is online. */
export async function checkPresence(facts: Facts): Promise<void> {
  const { world } = facts;
  const gone = new Set([
    clientOf(world.clients, 'ann'),
    ...world.clients.filter(({ userId }) => userId === 'ben'),
  ]);
  for (const client of gone) client.vanish();
  await world.scheduler.run(2 * world.heartbeatMs + GRACE_MS);
  const now = world.scheduler.clock.now();
  for (const userId of new Set(world.clients.map((client) => client.userId))) {
    const isThere = world.clients.some((client) => client.userId === userId && !gone.has(client));
    // A connection that was cut before its first heartbeat never announced how often they come.
    const isOnline = world.backend.users
      .sessionsOf(userId)
      .some(({ leaseEnd, intervalMs }) => leaseEnd > now && intervalMs <= world.heartbeatMs);
    if (isThere !== isOnline)
      facts.violation(`${userId} is ${isOnline ? 'online' : 'offline'}, and should not be`);
  }
}
