import type { Message } from '../../protocol/send-message.ts';
import { epochOnWire, seqOfServerId, serverIdOf } from './epoch.ts';
import type { MessageEditedEvent, MessageEvent } from './ports.ts';
import { isMessage } from './read-message.ts';
import type { View } from './view.ts';

export const DEFAULT_CONTENT_TYPE = 'text/plain';

/** A message as it is now. */
export function renderMessage(event: MessageEvent, view: View): Message {
  return {
    type: 'message',
    conversationId: event.conversationId,
    seq: event.seq,
    epoch: epochOnWire(view.head.epoch, view.settings),
    serverId: serverIdOf(event),
    senderId: event.senderId,
    localId: event.localId,
    ...textOf(event, view),
    timestamp: event.timestamp,
  };
}

/**
 * What it says. Where the event that made it so is none of the reader's, it gets nothing of that: not even that
 * the message was deleted.
 */
function textOf(event: MessageEvent, view: View) {
  const { content, contentType, replyTo, editedAt, deleted, lastSeq = event.seq } = event;
  const nothing = { content: '', contentType: DEFAULT_CONTENT_TYPE };
  if (!view.sees(lastSeq)) return { ...nothing, withheld: true as const };
  if (deleted) return { ...nothing, deleted };
  return {
    content,
    contentType,
    ...(replyTo !== undefined && { replyTo }),
    ...(editedAt !== undefined && { editedAt }),
  };
}

/**
 * What a message says since an edit of it: nothing where a later event has changed it again, since that one says
 * it, or where the message itself is none of the reader's.
 */
export function editOf(
  event: MessageEditedEvent,
  view: View,
): Partial<Pick<Message, 'content' | 'contentType'>> {
  const message = view.related.get(seqOfServerId(event.serverId) ?? 0);
  if (!isMessage(message, event.serverId) || message.deleted) return {};
  if (message.lastSeq !== event.seq || !view.sees(message.seq)) return {};
  const { content, contentType } = message;
  return { content, contentType };
}
