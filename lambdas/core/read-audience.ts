import { isEntitled } from './membership.ts';
import type { EventRow, FanOutPorts, Head, Member, Session } from './ports.ts';
import { readMembers } from './read-members.ts';
import { readAll } from './retry.ts';

const USERS_PER_BATCH = 100;

/** A connection of a member. */
export interface Listener {
  readonly member: Member;
  readonly session: Session;
}

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
  const members = await readMembers(ports.conversations, head.conversationId);
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
