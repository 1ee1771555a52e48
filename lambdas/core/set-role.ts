import type { Changed } from '../../protocol/changed.ts';
import type { SetRole } from '../../protocol/set-role.ts';
import type { Caller } from './caller.ts';
import { amend } from './conversation-log/amend.ts';
import { finishChange } from './finish-change.ts';
import { acted } from './join.ts';
import { isCurrent } from './membership.ts';
import type { Change, Member, Ports } from './ports.ts';
import { readGroup } from './read-group.ts';
import { Refusal } from './refusal.ts';

const ROUNDS = 5;

/** PROTOCOL §set_role: safe to repeat, since who has the role keeps it. */
export async function setRole(ports: Ports, caller: Caller, request: SetRole): Promise<Changed> {
  const { conversationId, userId, role } = request;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const { head, actor } = await readGroup(ports, conversationId, caller.userId);
    // Whoever gave up a role, and asks again, has no right to it any more: its event may be undelivered yet.
    if (userId === actor.userId && actor.role === role) return finishChange(ports, head);
    if (actor.role !== 'owner') throw new Refusal('forbidden');
    const target =
      userId === actor.userId ? actor : await ports.conversations.getMember(conversationId, userId);
    if (!isCurrent(target)) throw new Refusal('not_found');
    if (target.role === role) return finishChange(ports, head);
    const owners = await readOwnersAfter(ports, target, role);
    if (owners === undefined) continue;
    const amended = await amend(ports, {
      conversationId,
      userId: actor.userId,
      event: ({ seq, timestamp }) => ({
        type: 'role_set',
        conversationId,
        seq,
        timestamp,
        senderId: actor.userId,
        epoch: head.epoch,
        generation: ports.settings.generation,
        userId,
        role,
      }),
      rows: ({ seq }) => [
        {
          kind: 'replace_member',
          member: { ...target, role, lastSeq: seq },
          previousSeq: target.lastSeq,
        },
        ...(userId === actor.userId ? [] : [acted(actor, seq)]),
        ...owners,
      ],
    });
    if (amended.done) return finishChange(ports, head, amended.event.seq);
  }
  throw new Refusal('busy');
}

/**
 * How the owners change with a role; `undefined` where the rows do not agree and must be read again.
 * @throws Refusal `forbidden` to the last owner, who must leave the group to somebody first
 */
async function readOwnersAfter(
  ports: Ports,
  { conversationId, userId, role: before }: Member,
  role: Member['role'],
): Promise<readonly Change[] | undefined> {
  if (before !== 'owner' && role !== 'owner') return [];
  const previous = await ports.conversations.getOwners(conversationId);
  if (previous === undefined || previous.includes(userId) !== (before === 'owner'))
    return undefined;
  const others = previous.filter((owner) => owner !== userId);
  const owners = role === 'owner' ? [...others, userId] : others;
  if (owners.length === 0) throw new Refusal('forbidden');
  return [{ kind: 'replace_owners', conversationId, owners, previous }];
}
