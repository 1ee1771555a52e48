import type { Changed } from '../../protocol/changed.ts';
import type { DeleteConversation } from '../../protocol/delete-conversation.ts';
import type { Caller } from './caller.ts';
import { amend, type Amended } from './conversation-log/amend.ts';
import { settleDeletion } from './conversation-log/number.ts';
import { finishChange } from './finish-change.ts';
import { acted } from './join.ts';
import { isCurrent, isDeleted } from './membership.ts';
import type { Head, Member, Ports } from './ports.ts';
import { readGroup } from './read-group.ts';
import { Refusal } from './refusal.ts';

const ROUNDS = 5;

/** PROTOCOL §delete_conversation: safe to repeat, by whoever owned it. */
export async function deleteConversation(
  ports: Ports,
  caller: Caller,
  { conversationId }: DeleteConversation,
): Promise<Changed> {
  for (let round = 1; round <= ROUNDS; round += 1) {
    const deleted = await readDeleted(ports, conversationId, caller.userId);
    // Whether its event is delivered may have been left open.
    if (deleted !== undefined) return finishChange(ports, deleted);
    const { head, actor } = await readGroup(ports, conversationId, caller.userId);
    if (actor.role !== 'owner') throw new Refusal('forbidden');
    const amended = await appendDeletion(ports, head, actor);
    if (amended?.done === true) return finishChange(ports, amended.head);
  }
  throw new Refusal('busy');
}

/** Nothing, if somebody else deleted it meanwhile, or it is the caller's no more: to be looked at again. */
async function appendDeletion(
  ports: Ports,
  head: Head,
  actor: Member,
): Promise<Amended | undefined> {
  const { conversationId } = head;
  try {
    return await amend(ports, {
      conversationId,
      userId: actor.userId,
      isLast: true,
      event: ({ seq, timestamp }) => ({
        type: 'conversation_deleted',
        conversationId,
        seq,
        timestamp,
        senderId: actor.userId,
        epoch: head.epoch,
        generation: ports.settings.generation,
      }),
      rows: ({ seq }) => [acted(actor, seq)],
    });
  } catch (error) {
    if (error instanceof Refusal && error.code === 'not_found') return undefined;
    throw error;
  }
}

/** The head, if the conversation is deleted and the user was one of its owners to the end. */
async function readDeleted(
  ports: Ports,
  conversationId: string,
  userId: string,
): Promise<Head | undefined> {
  const { conversations } = ports;
  const head = await conversations.getHead(conversationId);
  if (head === undefined) return undefined;
  // An earlier try may have got no further than its event.
  if (!isDeleted(head) && (await settleDeletion(ports, head)) !== 'deleted') return undefined;
  const member = await conversations.getMember(conversationId, userId);
  return isCurrent(member) && member.role === 'owner' ? head : undefined;
}
