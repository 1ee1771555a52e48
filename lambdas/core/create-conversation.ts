import type { Conversation, CreateConversation } from '../../protocol/create-conversation.ts';
import { atMost } from '../../protocol/limits.ts';
import type { Caller } from './caller.ts';
import { creationHash } from './creation-hash.ts';
import { directCreation, directIdOf } from './direct-id.ts';
import { epochOnWire } from './epoch.ts';
import { joiningChanges, joinNewcomers, MEMBERS_PER_EVENT } from './join.ts';
import { isCurrent } from './membership.ts';
import type { Change, ConversationCreatedEvent, Head, Ports } from './ports.ts';
import { Refusal, tooLarge } from './refusal.ts';
import { backoffMs } from './retry.ts';

const CONFLICT_RETRIES = 5;

/** A conversation as it is asked for. */
interface Blueprint {
  readonly conversationId: string;
  readonly kind: 'direct' | 'group';
  readonly name?: string;
  readonly creatorId: string;
  /** The creator first. */
  readonly members: readonly string[];
  readonly owners: readonly string[];
  /** The hash of what was asked for. */
  readonly creation: string;
}

/**
 * PROTOCOL §create_conversation. The id comes from what was asked for, so that asking again, at once or
 * after a lost answer, gives the same conversation.
 */
export async function createConversation(
  ports: Ports,
  caller: Caller,
  request: CreateConversation,
): Promise<Conversation> {
  const blueprint =
    request.kind === 'direct' ? directOf(caller, request.userId) : groupOf(ports, caller, request);
  const head =
    (await ports.conversations.getHead(blueprint.conversationId)) ??
    (await create(ports, blueprint));
  if (head.creation !== blueprint.creation) throw new Refusal('local_id_reused');
  const seq = Math.max(head.seq, await joinTheRest(ports, head, blueprint));
  const member = await ports.conversations.getMember(blueprint.conversationId, caller.userId);
  if (!isCurrent(member)) throw new Refusal('not_found');
  await ports.queue.nudge(blueprint.conversationId, seq);
  return {
    type: 'conversation',
    ...(request.kind === 'group' && { localId: request.localId }),
    conversationId: blueprint.conversationId,
    kind: head.kind,
    ...(head.name !== undefined && { name: head.name }),
    ...(request.kind === 'direct' && { userId: request.userId }),
    role: member.role,
    seq,
    epoch: epochOnWire(head.epoch, ports.settings),
  };
}

function directOf(caller: Caller, userId: string): Blueprint {
  if (userId === caller.userId) {
    throw new Refusal('bad_request', 'unable to create the conversation; it needs somebody else');
  }
  const members = [caller.userId, userId];
  const creation = directCreation(caller.userId, userId);
  return {
    conversationId: directIdOf(caller.userId, userId),
    kind: 'direct',
    creatorId: caller.userId,
    members,
    owners: members,
    creation,
  };
}

function groupOf(
  { settings }: Ports,
  caller: Caller,
  request: Extract<CreateConversation, { kind: 'group' }>,
): Blueprint {
  const { groupMembers } = settings.limits;
  const members = [...new Set([caller.userId, ...request.members])];
  if (members.length > groupMembers) throw tooLarge('members', atMost(groupMembers, 'members'));
  return {
    conversationId: `g_${creationHash(['group', caller.userId, request.localId])}`,
    kind: 'group',
    name: request.name,
    creatorId: caller.userId,
    members,
    owners: [caller.userId],
    creation: creationHash([request.name, ...members.toSorted()]),
  };
}

/** One transaction; the first wins, and the others find its head. */
async function create(ports: Ports, blueprint: Blueprint): Promise<Head> {
  const { conversationId } = blueprint;
  const head = headOf(ports, blueprint);
  for (let attempt = 1; attempt <= CONFLICT_RETRIES; attempt += 1) {
    const result = await ports.conversations.commit(changesOf(ports, blueprint, head));
    if (result.committed) return head;
    const existing = await ports.conversations.getHead(conversationId);
    if (existing !== undefined) return existing;
    await ports.timer.sleep(backoffMs(ports.random, attempt));
  }
  throw new Refusal('busy');
}

/** A large group joins in several events; a crash may have left it half joined, and whoever asks again goes on. */
async function joinTheRest(
  ports: Ports,
  head: Head,
  { creatorId, members }: Blueprint,
): Promise<number> {
  if (members.length <= MEMBERS_PER_EVENT) return 0;
  return joinNewcomers(ports, head, creatorId, members);
}

function headOf(ports: Ports, { conversationId, kind, name, creation }: Blueprint): Head {
  return {
    conversationId,
    kind,
    ...(name !== undefined && { name }),
    seq: 1,
    takenAt: ports.clock.now(),
    closed: false,
    leaving: {},
    epoch: ports.random.id(),
    fanOutSeq: 0,
    history: 'since_join',
    creation,
  };
}

function changesOf(ports: Ports, blueprint: Blueprint, head: Head): Change[] {
  const { conversationId, kind, name, creatorId } = blueprint;
  const members = blueprint.members.slice(0, MEMBERS_PER_EVENT);
  const event: ConversationCreatedEvent = {
    type: 'conversation_created',
    conversationId,
    seq: 1,
    timestamp: head.takenAt,
    senderId: creatorId,
    epoch: head.epoch,
    generation: ports.settings.generation,
    kind,
    ...(name !== undefined && { name }),
    members,
  };
  return [
    { kind: 'create_head', head },
    { kind: 'create_owners', conversationId, owners: blueprint.owners },
    { kind: 'put_event', event },
    ...members.flatMap((userId) => {
      const peerId = kind === 'direct' ? members.find((other) => other !== userId) : undefined;
      const role = blueprint.owners.includes(userId) ? 'owner' : 'member';
      return joiningChanges(head, {
        userId,
        role,
        joined: 1,
        ...(peerId !== undefined && { peerId }),
      });
    }),
  ];
}
