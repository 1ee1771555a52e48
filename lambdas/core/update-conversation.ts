import type { Changed } from '../../protocol/changed.ts';
import type { UpdateConversation } from '../../protocol/update-conversation.ts';
import type { Caller } from './caller.ts';
import { amend } from './conversation-log/amend.ts';
import { finishChange } from './finish-change.ts';
import { groupInfo } from './group-info.ts';
import { acted } from './join.ts';
import type { ConversationUpdatedEvent, Info, Ports } from './ports.ts';
import { readGroup } from './read-group.ts';
import { Refusal } from './refusal.ts';

const ROUNDS = 5;

type Changes = Pick<ConversationUpdatedEvent, 'name' | 'picture' | 'description' | 'history'>;

/** PROTOCOL §update_conversation: safe to repeat, since what is so already stays so. */
export async function updateConversation(
  ports: Ports,
  caller: Caller,
  request: UpdateConversation,
): Promise<Changed> {
  const { conversationId } = request;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const { head, actor } = await readGroup(ports, conversationId, caller.userId);
    if (actor.role === 'member') throw new Refusal('forbidden');
    const written = await ports.conversations.getInfo(conversationId);
    const info = groupInfo(head, written);
    const changes = changesOf(info, request);
    if (Object.keys(changes).length === 0) {
      // It may be an earlier try that wrote it, and got no further.
      if (written !== undefined) await ports.conversations.showInfo(written);
      return finishChange(ports, head);
    }
    const next = (seq: number): Info => infoAfter(info, changes, seq);
    const amended = await amend(ports, {
      conversationId,
      userId: actor.userId,
      event: ({ seq, timestamp }) => ({
        type: 'conversation_updated',
        conversationId,
        seq,
        timestamp,
        senderId: actor.userId,
        epoch: head.epoch,
        generation: ports.settings.generation,
        ...changes,
      }),
      rows: ({ seq }) => [
        {
          kind: 'put_info',
          info: next(seq),
          ...(written !== undefined && { previousSeq: written.lastSeq }),
        },
        acted(actor, seq),
      ],
    });
    if (!amended.done) continue;
    const { seq } = amended.event;
    await ports.conversations.showInfo(next(seq));
    return finishChange(ports, amended.head, seq);
  }
  throw new Refusal('busy');
}

/** What of the request is not so already. */
function changesOf(
  info: Info,
  { name, picture, description, history }: UpdateConversation,
): Changes {
  return {
    ...(name !== undefined && name !== info.name && { name }),
    ...(picture !== undefined && picture !== (info.picture ?? null) && { picture }),
    ...(description !== undefined && description !== (info.description ?? null) && { description }),
    ...(history !== undefined && history !== info.history && { history }),
  };
}

function infoAfter(info: Info, changes: Changes, seq: number): Info {
  const { conversationId } = info;
  const { name, history, picture, description } = { ...info, ...changes };
  return {
    conversationId,
    name,
    history,
    ...(picture !== undefined && picture !== null && { picture }),
    ...(description !== undefined && description !== null && { description }),
    lastSeq: seq,
  };
}
