import { amend } from './conversation-log/amend.ts';
import { isCurrent } from './membership.ts';
import {
  Unavailable,
  type Change,
  type Head,
  type Member,
  type Membership,
  type Ports,
} from './ports.ts';
import type { Role } from '../../protocol/fields.ts';
import { Refusal } from './refusal.ts';
import { readMembers } from './read-members.ts';

/** Members that join in one event: their two rows each, with the head, the owners and the event, fit a transaction of 100. */
export const MEMBERS_PER_EVENT = 45;
const ROUNDS = 3;

/**
 * Lets users into a group who have never been in it, at most {@link MEMBERS_PER_EVENT} an event. Safe to
 * repeat: who has a member row by now, current or former, is left as it is.
 *
 * @param head of the group
 * @param actorId the member who does it
 * @returns the last number taken, or 0 if everybody was there
 * @throws Refusal `not_found`, `busy`
 */
export async function joinNewcomers(
  ports: Ports,
  head: Head,
  actorId: string,
  userIds: readonly string[],
): Promise<number> {
  let lastSeq = 0;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const members = await readMembers(ports.conversations, head.conversationId);
    const known = new Map(members.map((member) => [member.userId, member]));
    // A number is given to whoever is not just leaving: only the row says that the actor is still there.
    const actor = known.get(actorId);
    if (!isCurrent(actor)) throw new Refusal('not_found');
    const newcomers = userIds.filter((userId) => !known.has(userId)).map((userId) => ({ userId }));
    const joined = await joinAll(ports, head, actor, newcomers);
    lastSeq = joined.lastSeq ?? lastSeq;
    if (joined.all) return lastSeq;
  }
  throw new Refusal('busy');
}

/** Somebody who is to become a member, and the row of earlier stays. */
export interface Newcomer {
  readonly userId: string;
  readonly former?: Member;
}

/**
 * Lets users in, at most {@link MEMBERS_PER_EVENT} an event, until somebody else has changed one of their rows
 * or the actor's: then it is to be looked at again.
 */
export async function joinAll(
  ports: Ports,
  head: Head,
  actor: Member,
  newcomers: readonly Newcomer[],
): Promise<{ readonly all: boolean; readonly lastSeq?: number }> {
  const { conversationId } = head;
  let lastSeq: number | undefined;
  let acting = actor;
  const reached = () => (lastSeq === undefined ? {} : { lastSeq });
  for (let start = 0; start < newcomers.length; start += MEMBERS_PER_EVENT) {
    const some = newcomers.slice(start, start + MEMBERS_PER_EVENT);
    const amended = await amend(ports, {
      conversationId,
      userId: actor.userId,
      event: ({ seq, timestamp }) => ({
        type: 'members_added',
        conversationId,
        seq,
        timestamp,
        senderId: actor.userId,
        epoch: head.epoch,
        generation: ports.settings.generation,
        members: some.map(({ userId }) => userId),
      }),
      rows: ({ seq }) => [
        acted(acting, seq),
        ...some.flatMap(({ userId, former }) =>
          former === undefined
            ? joiningChanges(head, { userId, role: 'member', joined: seq })
            : rejoiningChanges(head, former, seq),
        ),
      ],
    });
    if (!amended.done) return { all: false, ...reached() };
    lastSeq = amended.event.seq;
    acting = { ...acting, lastSeq };
    await clearMarks(ports, amended.head, some);
  }
  return { all: true, ...reached() };
}

/**
 * The actor's row, as it was read but for the number: its role, and that it is a member, hold at that number,
 * and whatever takes them away gets a later one. So the log in its order says who had the right to what.
 */
export function acted(actor: Member, seq: number): Change {
  return {
    kind: 'replace_member',
    member: { ...actor, lastSeq: seq },
    previousSeq: actor.lastSeq,
  };
}

/** The two rows that make a user a member. */
export function joiningChanges(
  head: Pick<Head, 'conversationId' | 'kind'>,
  newcomer: { userId: string; role: Role; joined: number; peerId?: string },
): Change[] {
  const { conversationId, kind } = head;
  const { userId, role, joined, peerId } = newcomer;
  const member: Member = {
    conversationId,
    userId,
    role,
    ...(peerId !== undefined && { peerId }),
    stays: [{ joined }],
    lastSeq: joined,
    readSeq: joined,
    deliveredSeq: joined,
    ...(peerId !== undefined && { peerId }),
  };
  return [
    { kind: 'create_member', member },
    {
      kind: 'put_user_conversation',
      row: { userId, conversationId, kind, ...(peerId !== undefined && { peerId }) },
    },
  ];
}

/** A former member comes back as a plain one, with one stay more. */
function rejoiningChanges(head: Head, former: Member, seq: number): Change[] {
  const { conversationId, kind } = head;
  const { userId, stays, lastSeq } = former;
  const member: Membership = {
    ...former,
    role: 'member',
    stays: [...stays, { joined: seq }],
    lastSeq: seq,
  };
  return [
    { kind: 'replace_member', member, previousSeq: lastSeq },
    { kind: 'put_user_conversation', row: { userId, conversationId, kind } },
  ];
}

/** Who is back may send again at once. Left standing, a mark only keeps it from that for a minute. */
async function clearMarks(ports: Ports, head: Head, newcomers: readonly Newcomer[]): Promise<void> {
  const { conversationId, leaving } = head;
  try {
    for (const { userId } of newcomers) {
      const until = Object.hasOwn(leaving, userId) ? leaving[userId] : undefined;
      if (until !== undefined)
        await ports.conversations.clearLeaving(conversationId, userId, until);
    }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    ports.log.write('warn', 'mark_not_cleared', { conversationId });
  }
}
