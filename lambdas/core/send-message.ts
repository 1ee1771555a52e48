import { createHash } from 'node:crypto';
import type { Ack, SendMessage } from '../../protocol/send-message.ts';
import type { Caller } from './caller.ts';
import { contentOf } from './content.ts';
import { append } from './conversation-log/append.ts';
import { epochOnWire, seqOfServerId, serverIdOf } from './epoch.ts';
import { filesToSend } from './files-to-send.ts';
import { isWithin, visibleRanges } from './membership.ts';
import type { Ports, RecordedRefusal } from './ports.ts';
import { isBlocked } from './read-blocks.ts';
import { isMessage } from './read-message.ts';
import { DEFAULT_CONTENT_TYPE } from './render-message.ts';
import { settleAll } from './settle-all.ts';

/**
 * PROTOCOL §send_message. The ack is answered after the message is stored and the fan-out is nudged; a
 * retry finds the message stored, nudges again and gets the same ack.
 */
export async function sendMessage(
  ports: Ports,
  caller: Caller,
  request: SendMessage,
): Promise<Ack> {
  const { conversationId, localId, contentType = DEFAULT_CONTENT_TYPE, replyTo } = request;
  const content =
    request.content === undefined ? '' : contentOf(ports, { content: request.content });
  const files = filesToSend(ports, caller, request);
  const event = await append(ports, {
    message: {
      conversationId,
      senderId: caller.userId,
      localId,
      content,
      contentType,
      ...(replyTo !== undefined && { replyTo }),
      connectionId: caller.connectionId,
    },
    hash: hashOf([
      content,
      contentType,
      replyTo ?? null,
      // Only where there are some: rows of earlier sends were made without.
      ...(request.attachments === undefined ? [] : [request.attachments]),
    ]),
    generation: ports.settings.generation,
    validate: async (sender) => {
      // Recorded, though an unblock may come: no try that is still under way must place what was refused.
      if (await isBlocked(ports, sender)) return 'forbidden';
      return (await validateReply(ports, caller, conversationId, replyTo)) ?? files?.keep();
    },
    ...(files !== undefined && { attachments: () => files.read() }),
  });
  await ports.queue.nudge(conversationId, event.seq);
  return {
    type: 'ack',
    localId,
    conversationId,
    serverId: serverIdOf(event),
    seq: event.seq,
    epoch: epochOnWire(event.epoch, ports.settings),
    timestamp: event.timestamp,
  };
}

/** A reply answers a message that its author may see. */
async function validateReply(
  ports: Ports,
  caller: Caller,
  conversationId: string,
  replyTo: string | undefined,
): Promise<RecordedRefusal | undefined> {
  if (replyTo === undefined) return undefined;
  const seq = seqOfServerId(replyTo);
  if (seq === undefined) return 'message_not_found';
  const [event, member, head] = await settleAll([
    ports.conversations.getEvent(conversationId, seq),
    ports.conversations.getMember(conversationId, caller.userId),
    ports.conversations.getHead(conversationId),
  ]);
  const ranges = member && head ? visibleRanges(member, head) : [];
  return isWithin(ranges, seq) && isMessage(event, replyTo) ? undefined : 'message_not_found';
}

function hashOf(parts: readonly unknown[]): string {
  return createHash('sha256').update(JSON.stringify(parts)).digest('base64url').slice(0, 22);
}
