import type { ConversationEvent } from '../../../protocol/conversation-event.ts';

/** What of an event is the same for everybody and at all times. */
export function fixed(event: ConversationEvent): ConversationEvent {
  if (event.type === 'message') {
    const { type, conversationId, seq, epoch, serverId, senderId, localId, timestamp } = event;
    const place = { type, conversationId, seq, epoch };
    const text = { content: '', contentType: 'text/plain' };
    return { ...place, serverId, senderId, localId, ...text, timestamp };
  }
  if (event.type === 'message_edited') {
    const { content: _content, contentType: _contentType, ...rest } = event;
    return rest;
  }
  if (event.type === 'reaction') {
    const { count: _count, ...rest } = event;
    return rest;
  }
  return event;
}
