import { amend } from './conversation-log/amend.ts';
import { isCurrent } from './membership.ts';
import type { Change, Head, Member, Ports } from './ports.ts';
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
    if (!isCurrent(known.get(actorId))) throw new Refusal('not_found');
    const newcomers = userIds.filter((userId) => !known.has(userId));
    const joined = await joinAll(ports, head, actorId, newcomers);
    lastSeq = joined.lastSeq ?? lastSeq;
    if (joined.all) return lastSeq;
  }
  throw new Refusal('busy');
}

/** Event by event, until somebody else has let one of them in. */
async function joinAll(
  ports: Ports,
  head: Head,
  actorId: string,
  newcomers: readonly string[],
): Promise<{ readonly all: boolean; readonly lastSeq?: number }> {
  let lastSeq: number | undefined;
  const reached = () => (lastSeq === undefined ? {} : { lastSeq });
  for (let start = 0; start < newcomers.length; start += MEMBERS_PER_EVENT) {
    const members = newcomers.slice(start, start + MEMBERS_PER_EVENT);
    const amended = await amend(ports, {
      conversationId: head.conversationId,
      userId: actorId,
      event: ({ seq, timestamp }) => ({
        type: 'members_added',
        conversationId: head.conversationId,
        seq,
        timestamp,
        senderId: actorId,
        epoch: head.epoch,
        generation: ports.settings.generation,
        members,
      }),
      rows: ({ seq }) =>
        members.flatMap((userId) => joiningChanges(head, { userId, role: 'member', joined: seq })),
    });
    if (!amended.done) return { all: false, ...reached() };
    lastSeq = amended.event.seq;
  }
  return { all: true, ...reached() };
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
    stays: [{ joined }],
    lastSeq: joined,
    readSeq: joined,
    deliveredSeq: joined,
  };
  return [
    { kind: 'create_member', member },
    {
      kind: 'put_user_conversation',
      row: { userId, conversationId, kind, ...(peerId !== undefined && { peerId }) },
    },
  ];
}
