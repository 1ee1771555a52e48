import type { AddMembers } from '../../protocol/add-members.ts';
import type { Changed } from '../../protocol/changed.ts';
import { atMost } from '../../protocol/limits.ts';
import type { Caller } from './caller.ts';
import { finishChange } from './finish-change.ts';
import { joinAll, type Newcomer } from './join.ts';
import { isCurrent } from './membership.ts';
import type { Member, Ports } from './ports.ts';
import { readGroup } from './read-group.ts';
import { readMembers } from './read-members.ts';
import { Refusal, tooLarge } from './refusal.ts';

const ROUNDS = 5;

/** PROTOCOL §add_members: safe to repeat, since whoever is a member stays as it is. */
export async function addMembers(
  ports: Ports,
  caller: Caller,
  request: AddMembers,
): Promise<Changed> {
  const { conversationId } = request;
  const { groupMembers } = ports.settings.limits;
  const userIds = [...new Set(request.members)];
  let reached: number | undefined;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const { head, actor } = await readGroup(ports, conversationId, caller.userId);
    if (actor.role === 'member') throw new Refusal('forbidden');
    const rows = await readMembers(ports.conversations, conversationId);
    const newcomers = newcomersAmong(userIds, rows);
    if (rows.filter(isCurrent).length + newcomers.length > groupMembers)
      throw tooLarge('members', atMost(groupMembers, 'members'));
    // Removed between the two looks: whoever is no member lets nobody in, and not itself.
    if (newcomers.some(({ userId }) => userId === actor.userId)) continue;
    const joined = await joinAll(ports, head, actor, newcomers);
    reached = joined.lastSeq ?? reached;
    if (joined.all) return finishChange(ports, head, reached);
  }
  throw new Refusal('busy');
}

function newcomersAmong(userIds: readonly string[], rows: readonly Member[]): Newcomer[] {
  const byId = new Map(rows.map((row) => [row.userId, row]));
  return userIds.flatMap((userId): Newcomer[] => {
    const former = byId.get(userId);
    if (former === undefined) return [{ userId }];
    return isCurrent(former) ? [] : [{ userId, former }];
  });
}
