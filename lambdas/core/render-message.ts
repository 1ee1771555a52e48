import type { Message } from '../../protocol/send-message.ts';
import { epochOnWire, serverIdOf } from './epoch.ts';
import type { MessageEvent } from './ports.ts';
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
  const { content, contentType, replyTo, deleted, lastSeq = event.seq } = event;
  const nothing = { content: '', contentType: DEFAULT_CONTENT_TYPE };
  if (!view.sees(lastSeq)) return { ...nothing, withheld: true as const };
  if (deleted) return { ...nothing, deleted };
  return { content, contentType, ...(replyTo !== undefined && { replyTo }) };
}
