import type { Changed } from '../../protocol/changed.ts';
import type { Caller } from './caller.ts';
import { amend } from './conversation-log/amend.ts';
import { finishChange } from './finish-change.ts';
import { acted } from './join.ts';
import { isCurrent } from './membership.ts';
import type { Change, Head, Member, MemberRemovedEvent, Ports } from './ports.ts';
import { readGroup } from './read-group.ts';
import { Refusal } from './refusal.ts';
import { readSuccession, type Succession } from './succession.ts';

const ROUNDS = 5;

/**
 * Ends somebody's membership, by its own wish or another's. From the number of the event on the one who goes
 * can do nothing; the event is the last that it gets.
 *
 * @throws Refusal `not_found`, `forbidden`, `busy`
 */
export async function endMembership(
  ports: Ports,
  caller: Caller,
  conversationId: string,
  leaverId: string,
): Promise<Changed> {
  const isGoing = leaverId === caller.userId;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const { head, actor } = await readGroup(ports, conversationId, caller.userId, isGoing);
    // Asked again by who has left: whether its event is delivered may have been left open.
    const left = actor.stays.at(-1)?.left;
    if (left !== undefined) return finishChange(ports, head, left);
    const leaver = isGoing ? actor : await ports.conversations.getMember(conversationId, leaverId);
    if (!mayRemove(actor, leaver)) throw new Refusal('forbidden');
    if (!isCurrent(leaver)) return finishChange(ports, head);
    const succession = await readSuccession(ports, leaver);
    // Whoever removes the last owner is an owner no more by now: the rows are to be read again.
    if (succession === undefined || succession.heir?.userId === actor.userId) continue;
    const amended = await amend(ports, {
      conversationId,
      userId: actor.userId,
      leaverId,
      event: (place) => eventOf(ports, actor, leaver, succession, place),
      rows: ({ seq }) => rowsOf(actor, leaver, succession, seq),
    });
    if (!amended.done) continue;
    const { seq } = amended.event;
    if (succession.isLast) await closeIfLast(ports, conversationId, seq);
    return finishChange(ports, amended.head, seq);
  }
  throw new Refusal('busy');
}

/** Everybody may go; an owner may send anybody away, an admin plain members. */
function mayRemove(actor: Member, leaver: Member | undefined): boolean {
  if (actor.userId === leaver?.userId || actor.role === 'owner') return true;
  return actor.role === 'admin' && (!isCurrent(leaver) || leaver.role === 'member');
}

function eventOf(
  ports: Ports,
  actor: Member,
  leaver: Member,
  { heir }: Succession,
  {
    seq,
    timestamp,
    head,
  }: { readonly seq: number; readonly timestamp: number; readonly head: Head },
): MemberRemovedEvent {
  return {
    type: 'member_removed',
    conversationId: head.conversationId,
    seq,
    timestamp,
    senderId: actor.userId,
    epoch: head.epoch,
    generation: ports.settings.generation,
    userId: leaver.userId,
    ...(heir && { newOwnerId: heir.userId }),
  };
}

function rowsOf(actor: Member, leaver: Member, succession: Succession, seq: number): Change[] {
  const { conversationId, userId } = leaver;
  const { heir, owners } = succession;
  const last = leaver.stays.at(-1) ?? { joined: seq };
  const gone: Member = {
    ...leaver,
    stays: [...leaver.stays.slice(0, -1), { ...last, left: seq }],
    lastSeq: seq,
  };
  return [
    { kind: 'replace_member', member: gone, previousSeq: leaver.lastSeq },
    { kind: 'delete_user_conversation', userId, conversationId },
    ...(actor.userId === userId ? [] : [acted(actor, seq)]),
    ...(heir
      ? [
          {
            kind: 'replace_member',
            member: { ...heir, role: 'owner', lastSeq: seq },
            previousSeq: heir.lastSeq,
          } as const,
        ]
      : []),
    ...(owners ? [{ kind: 'replace_owners', conversationId, ...owners } as const] : []),
  ];
}

/** Nobody is left. A number that was taken behind the last member's back is of somebody who was let in. */
async function closeIfLast(ports: Ports, conversationId: string, seq: number): Promise<void> {
  const isClosed = await ports.conversations.close(conversationId, seq);
  if (!isClosed) ports.log.write('warn', 'not_closed', { conversationId, seq });
}
