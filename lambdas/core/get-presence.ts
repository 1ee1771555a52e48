import type { GetPresence, Presence, UserPresence } from '../../protocol/get-presence.ts';
import type { Caller } from './caller.ts';
import { directIdOf } from './direct-id.ts';
import type { Ports, Session } from './ports.ts';
import { readOthers } from './read-others.ts';
import { readPlace } from './read-place.ts';
import { readAll } from './retry.ts';

const KEYS_PER_BATCH = 100;

/** PROTOCOL §get_presence: of oneself, of whom one has a direct conversation with, and of a small group's members. */
export async function getPresence(
  ports: Ports,
  caller: Caller,
  request: GetPresence,
): Promise<Presence> {
  const userIds = [...new Set(request.userIds)];
  const acquainted = await readAcquainted(ports, caller, userIds, request.conversationId);
  const found = await readAll(ports, [...acquainted], KEYS_PER_BATCH, (some) =>
    ports.users.batchGetSessions(some),
  );
  const now = ports.clock.now();
  const users = userIds.map((userId): UserPresence =>
    acquainted.has(userId)
      ? { userId, ...presenceOf(found.get(userId) ?? [], now) }
      : { userId, error: 'not_found' },
  );
  return { type: 'presence', users };
}

/** Online while any of the user's leases runs. */
function presenceOf(sessions: readonly Session[], now: number) {
  const until = Math.max(0, ...sessions.map(({ leaseEnd }) => leaseEnd));
  return until > now ? { online: true, until } : { online: false };
}

/** Those of the users whose presence is the caller's to know. */
async function readAcquainted(
  ports: Ports,
  caller: Caller,
  userIds: readonly string[],
  conversationId: string | undefined,
): Promise<ReadonlySet<string>> {
  const { userId } = caller;
  const fellows = new Set([userId]);
  if (conversationId !== undefined) {
    const { head } = await readPlace(ports, conversationId, userId);
    for (const other of await readOthers(ports, caller, head)) fellows.add(other);
  }
  const others = userIds.filter((other) => !fellows.has(other));
  const directIds = new Map(others.map((other) => [other, directIdOf(userId, other)]));
  // Of a direct conversation both are members for good.
  const direct = await readAll(ports, [...directIds.values()], KEYS_PER_BATCH, (some) =>
    ports.conversations.getMemberships(userId, some),
  );
  const isKnown = (other: string) => fellows.has(other) || direct.has(directIds.get(other) ?? '');
  return new Set(userIds.filter(isKnown));
}
