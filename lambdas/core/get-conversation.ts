import type { ConversationInfo, GetConversation } from '../../protocol/get-conversation.ts';
import type { Caller } from './caller.ts';
import { epochOnWire } from './epoch.ts';
import { groupInfo } from './group-info.ts';
import type { Ports } from './ports.ts';
import { readPlace } from './read-place.ts';

/** PROTOCOL §get_conversation. */
export async function getConversation(
  ports: Ports,
  caller: Caller,
  { conversationId }: GetConversation,
): Promise<ConversationInfo> {
  const { head, member } = await readPlace(ports, conversationId, caller.userId);
  const { name, picture, description, history } = groupInfo(
    head,
    await ports.conversations.getInfo(conversationId),
  );
  return {
    type: 'conversation_info',
    conversationId,
    kind: head.kind,
    ...(head.kind === 'group' && { name }),
    ...(member.peerId !== undefined && { userId: member.peerId }),
    role: member.role,
    seq: head.seq,
    epoch: epochOnWire(head.epoch, ports.settings),
    ...(picture !== undefined && { picture }),
    ...(description !== undefined && { description }),
    history,
  };
}
