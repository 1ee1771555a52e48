import { isEntitled } from './membership.ts';
import {
  Unavailable,
  type EventRow,
  type FanOutPorts,
  type Head,
  type Member,
  type Session,
} from './ports.ts';
import { readMembers } from './read-members.ts';
import { backoffMs, readAll } from './retry.ts';

const USERS_PER_BATCH = 100;

/** A connection of a member. */
export interface Listener {
  readonly member: Member;
  readonly session: Session;
}

/** So often the members are read until they show what the events say. */
const LOOKS = 4;

/** Who is to get some events, and whose time is over. */
export interface Audience {
  readonly listeners: readonly Listener[];
  readonly expired: readonly { readonly userId: string; readonly session: Session }[];
}

/** The connections of those who are entitled to any of the events. To be read after the events themselves. */
export async function readAudience(
  ports: FanOutPorts,
  head: Head,
  events: readonly EventRow[],
): Promise<Audience> {
  const members = await readMembersAfter(ports, head.conversationId, events);
  const entitled = members.filter((member) =>
    events.some((event) => isEntitled(member, event.seq)),
  );
  const sessions = await readAll(
    ports,
    entitled.map((member) => member.userId),
    USERS_PER_BATCH,
    (userIds) => ports.users.batchGetSessions(userIds),
  );
  const now = ports.clock.now();
  const all = entitled.flatMap((member) =>
    (sessions.get(member.userId) ?? []).map((session) => ({ member, session })),
  );
  return {
    listeners: all.filter(({ session }) => session.expiresAt > now),
    expired: all
      .filter(({ session }) => session.expiresAt <= now)
      .map(({ member, session }) => ({ userId: member.userId, session })),
  };
}

/**
 * All members, their rows at least as new as the events in hand. A query is not isolated from a transaction that
 * is being written beside it: it may show the event and not yet the rows that go with it (F-51), and then who
 * joins would miss something, and who was removed get too much.
 */
async function readMembersAfter(
  ports: FanOutPorts,
  conversationId: string,
  events: readonly EventRow[],
): Promise<Member[]> {
  for (let look = 1; ; look += 1) {
    const members = await readMembers(ports.conversations, conversationId);
    const behind = eventsBefore(members, events);
    if (behind.length === 0) return members;
    if (look === LOOKS) {
      ports.log.write('error', 'members_behind', { conversationId });
      if (behind.some(({ type }) => type === 'member_removed'))
        throw new Unavailable('unable to deliver; a removal is being written');
      // Nobody gets too much, and whoever is missing finds its events by sync: no reason to stop here.
      return members;
    }
    await ports.timer.sleep(backoffMs(ports.random, look));
  }
}

/** The events that these rows do not show yet. */
function eventsBefore(members: readonly Member[], events: readonly EventRow[]): EventRow[] {
  const lastSeqs = new Map(members.map(({ userId, lastSeq }) => [userId, lastSeq]));
  return events.filter((event) =>
    changedBy(event).some((userId) => (lastSeqs.get(userId) ?? 0) < event.seq),
  );
}

/** Whose stay begins or ends with an event. */
function changedBy(event: EventRow): readonly string[] {
  if (event.type === 'member_removed') return [event.userId];
  return event.type === 'conversation_created' || event.type === 'members_added'
    ? event.members
    : [];
}
