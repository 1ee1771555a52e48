import type { EventRow } from '../../../lambdas/core/ports.ts';
import type { Role } from '../../../protocol/fields.ts';
import { isSame, type Facts } from './facts.ts';
import { serverIdOf } from './texts.ts';

/** Who is in, and as what, at one point of a log. */
type Roles = Map<string, Role>;

/** Folds each log by the rules of who may do what, and compares what it comes to with the rows. */
export function checkRoles(facts: Facts): void {
  for (const id of facts.conversationIds) {
    const roles: Roles = new Map();
    let deleted = false;
    for (const row of facts.log(id)) {
      const wrong =
        deleted && row.type !== 'void'
          ? 'it comes after the end'
          : (apply(roles, row) ?? wrongChange(facts, roles, row));
      deleted ||= row.type === 'conversation_deleted';
      if (wrong !== undefined) facts.violation(`${id} ${row.seq}: ${wrong}`);
    }
    const rows = facts.world.backend.conversations
      .membersOf(id)
      .filter(({ userId }) => facts.isCurrent(id, userId))
      .map(({ userId, role }) => [userId, role] as const);
    const folded = [...roles].toSorted(([one], [other]) => (one < other ? -1 : 1));
    if (!isSame(rows, folded))
      facts.violation(
        `${id}: by the log ${JSON.stringify(folded)}, by rows ${JSON.stringify(rows)}`,
      );
  }
}

/** What a change of a message breaks: everybody changes its own, and whoever looks after a group deletes any. */
function wrongChange(facts: Facts, roles: Roles, row: EventRow): string | undefined {
  if (row.type !== 'message_edited' && row.type !== 'message_deleted') return undefined;
  const log = facts.log(row.conversationId);
  const message = log.find((one) => one.type === 'message' && serverIdOf(one) === row.serverId);
  if (message?.type !== 'message') return `${row.type} of no message`;
  const [created] = log;
  const isGroup = created?.type === 'conversation_created' && created.kind === 'group';
  const mayAny = row.type === 'message_deleted' && isGroup && roles.get(row.senderId) !== 'member';
  if (message.senderId === row.senderId || mayAny) return undefined;
  return `${row.senderId} does ${row.type} to what ${message.senderId} said`;
}

/** Takes one event in. Answers what it breaks. */
function apply(roles: Roles, row: EventRow): string | undefined {
  if (row.type === 'void') return undefined;
  if (row.type === 'conversation_created') {
    for (const userId of row.members)
      roles.set(userId, row.kind === 'direct' || userId === row.senderId ? 'owner' : 'member');
    return undefined;
  }
  const actor = roles.get(row.senderId);
  if (actor === undefined) return `${row.senderId} is no member, and does ${row.type}`;
  switch (row.type) {
    case 'message':
    case 'message_edited':
    case 'message_deleted':
    case 'reaction':
      return undefined;
    case 'members_added':
      return addAll(roles, row.members, actor);
    case 'member_removed':
      return remove(roles, row, actor);
    case 'role_set': {
      if (actor !== 'owner') return `an ${actor} sets a role`;
      if (!roles.has(row.userId)) return `${row.userId} gets a role and is no member`;
      roles.set(row.userId, row.role);
      return ownerless(roles);
    }
    case 'conversation_deleted':
      return actor === 'owner' ? undefined : `an ${actor} deletes the conversation`;
    case 'conversation_updated':
      return actor === 'member' ? 'a plain member updates the conversation' : undefined;
  }
}

function addAll(roles: Roles, members: readonly string[], actor: Role): string | undefined {
  const there = members.find((userId) => roles.has(userId));
  for (const userId of members) roles.set(userId, 'member');
  if (there !== undefined) return `${there} joins and is a member`;
  return actor === 'member' ? 'a plain member lets somebody in' : undefined;
}

function remove(
  roles: Roles,
  { senderId, userId, newOwnerId }: Extract<EventRow, { type: 'member_removed' }>,
  actor: Role,
): string | undefined {
  const leaver = roles.get(userId);
  roles.delete(userId);
  if (newOwnerId !== undefined) roles.set(newOwnerId, 'owner');
  if (leaver === undefined) return `${userId} is removed and is no member`;
  const may =
    senderId === userId || actor === 'owner' || (actor === 'admin' && leaver === 'member');
  return may ? ownerless(roles) : `an ${actor} removes an ${leaver}`;
}

function ownerless(roles: Roles): string | undefined {
  // Whoever goes last leaves nobody who could own it.
  return roles.size === 0 || [...roles.values()].includes('owner')
    ? undefined
    : 'nobody is an owner any more';
}
