import type { Changed } from '../../protocol/changed.ts';
import type { EditMessage } from '../../protocol/edit-message.ts';
import { authored } from './authored.ts';
import type { Caller } from './caller.ts';
import { contentOf } from './content.ts';
import { amend } from './conversation-log/amend.ts';
import { finishChange } from './finish-change.ts';
import type { Ports } from './ports.ts';
import { readMessage } from './read-message.ts';
import { isBlocked } from './read-blocks.ts';
import { Refusal } from './refusal.ts';

const ROUNDS = 5;

/** PROTOCOL §edit_message: safe to repeat, since what says that already is left as it is. */
export async function editMessage(
  ports: Ports,
  caller: Caller,
  request: EditMessage,
): Promise<Changed> {
  const content = contentOf(ports, request);
  const { conversationId, serverId } = request;
  const { editWindowMs } = ports.settings.limits;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const { head, member, message } = await readMessage(ports, caller, request);
    if (message.senderId !== member.userId) throw new Refusal('forbidden');
    if (message.deleted) throw new Refusal('message_not_found');
    const { contentType = message.contentType } = request;
    if (content === message.content && contentType === message.contentType)
      return finishChange(ports, head, message.lastSeq ?? message.seq);
    if (ports.clock.now() > message.timestamp + editWindowMs) throw new Refusal('forbidden');
    if (await isBlocked(ports, member)) throw new Refusal('forbidden');
    const amended = await amend(ports, {
      conversationId,
      userId: member.userId,
      event: (at) => ({
        type: 'message_edited',
        ...authored(ports, head, member.userId, at),
        serverId,
      }),
      rows: ({ seq, timestamp }) => [
        {
          kind: 'edit_message',
          conversationId,
          messageSeq: message.seq,
          seq,
          edit: { content, contentType, editedAt: timestamp },
        },
      ],
    });
    if (amended.done) return finishChange(ports, head, amended.event.seq);
  }
  throw new Refusal('busy');
}
