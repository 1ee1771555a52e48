import { isEntitled } from './membership.ts';
import type { EventRow, FanOutPorts, Head, Member, Session } from './ports.ts';
import { readMembers } from './read-members.ts';
import { backoffMs, readAll } from './retry.ts';

const USERS_PER_BATCH = 100;

/** A connection of a member. */
export interface Listener {
  readonly member: Member;
  readonly session: Session;
}

/** So often the members are read again for those who have just joined. */
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
  const members = await readWithJoiners(ports, head.conversationId, joinersOf(events));
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
 * All members, those among them who join by the events in hand. A query is not isolated from a transaction
 * that is being written beside it: it may show the event and not yet the rows that go with it (F-51).
 */
async function readWithJoiners(
  ports: FanOutPorts,
  conversationId: string,
  joiners: readonly string[],
): Promise<Member[]> {
  for (let look = 1; ; look += 1) {
    const members = await readMembers(ports.conversations, conversationId);
    const known = new Set(members.map(({ userId }) => userId));
    if (joiners.every((userId) => known.has(userId))) return members;
    if (look === LOOKS) {
      // Never a poison that stops the conversation: whoever is missing here finds its events by sync.
      ports.log.write('error', 'joiners_not_found', { conversationId });
      return members;
    }
    await ports.timer.sleep(backoffMs(ports.random, look));
  }
}

function joinersOf(events: readonly EventRow[]): readonly string[] {
  return events.flatMap((event) =>
    event.type === 'conversation_created' || event.type === 'members_added' ? event.members : [],
  );
}
