import type { Marked } from '../../protocol/mark-read.ts';
import type { MuteConversation } from '../../protocol/mute-conversation.ts';
import type { Caller } from './caller.ts';
import { marked } from './marked.ts';
import type { SignalPorts } from './ports.ts';
import { readPlace } from './read-place.ts';
import { Refusal } from './refusal.ts';
import { tell } from './tell.ts';

/** PROTOCOL §mute_conversation: safe to repeat. */
export async function muteConversation(
  ports: SignalPorts,
  caller: Caller,
  { conversationId, until }: MuteConversation,
): Promise<Marked> {
  const { head, member } = await readPlace(ports, conversationId, caller.userId);
  if (member.mutedUntil === until) return marked(ports, { head, member });
  const result = await ports.conversations.setMutedUntil(member, until);
  // The stay has ended since: what there is to say now is another question.
  if (!result.updated) throw new Refusal('busy');
  const mark = {
    type: 'mute_mark',
    conversationId,
    ...(until !== undefined && { until }),
  } as const;
  await tell(ports, caller, [caller.userId], mark);
  return marked(ports, { head, member: result.member });
}
