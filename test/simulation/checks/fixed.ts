import type { ConversationEvent } from '../../../protocol/conversation-event.ts';

/** What of an event is the same for everybody and at all times. */
export function fixed(event: ConversationEvent): ConversationEvent {
  if (event.type !== 'message') return event;
  const { repliedTo: _repliedTo, ...rest } = event;
  return rest;
}
