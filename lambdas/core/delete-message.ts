import type { Changed } from '../../protocol/changed.ts';
import type { DeleteMessage } from '../../protocol/delete-message.ts';
import { authored } from './authored.ts';
import type { Caller } from './caller.ts';
import { amend } from './conversation-log/amend.ts';
import { finishChange } from './finish-change.ts';
import { acted } from './join.ts';
import type { Ports } from './ports.ts';
import { readMessage, type MessagePlace } from './read-message.ts';
import { Refusal } from './refusal.ts';
import { removeAttachments } from './remove-attachments.ts';

const ROUNDS = 5;

/**
 * PROTOCOL §delete_message: safe to repeat, since what is deleted stays so. A repeated one removes the files again,
 * which the one before may not have come to.
 */
export async function deleteMessage(
  ports: Ports,
  caller: Caller,
  request: DeleteMessage,
): Promise<Changed> {
  const { conversationId, serverId } = request;
  for (let round = 1; round <= ROUNDS; round += 1) {
    const place = await readMessage(ports, caller, request);
    const { head, member, message } = place;
    if (!mayDelete(place)) throw new Refusal('forbidden');
    if (message.deleted) {
      const changed = await finishChange(ports, head, message.lastSeq);
      await removeAttachments(ports, message, message.removed ?? []);
      return changed;
    }
    const removed = (message.attachments ?? []).map(({ attachmentId }) => attachmentId);
    const amended = await amend(ports, {
      conversationId,
      userId: member.userId,
      event: (at) => ({
        type: 'message_deleted',
        ...authored(ports, head, member.userId, at),
        serverId,
      }),
      rows: ({ seq }) => [
        { kind: 'delete_message', conversationId, messageSeq: message.seq, removed, seq },
        // Its number says that who deletes its own is a member; a role is another matter.
        ...(isOwn(place) ? [] : [acted(member, seq)]),
      ],
    });
    if (!amended.done) continue;
    const changed = await finishChange(ports, head, amended.event.seq);
    await removeAttachments(ports, message, removed);
    return changed;
  }
  throw new Refusal('busy');
}

/** Everybody its own; in a group those who look after it any other. */
function mayDelete(place: MessagePlace): boolean {
  const { head, member } = place;
  return isOwn(place) || (head.kind === 'group' && member.role !== 'member');
}

function isOwn({ member, message }: MessagePlace): boolean {
  return message.senderId === member.userId;
}
