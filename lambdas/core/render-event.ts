import type { ConversationEvent } from '../../protocol/conversation-event.ts';
import { epochOnWire } from './epoch.ts';
import type { EventRow } from './ports.ts';
import { countOf, editOf, renderMessage } from './render-message.ts';
import type { View } from './view.ts';

/**
 * An event of the log as whoever has this view gets it.
 *
 * @throws Error for one of a type that this version does not know: a later one has written it
 */
export function renderEvent(event: EventRow, view: View): ConversationEvent {
  const place = {
    conversationId: event.conversationId,
    seq: event.seq,
    epoch: epochOnWire(view.head.epoch, view.settings),
  };
  switch (event.type) {
    case 'message':
      return renderMessage(event, view);
    case 'conversation_created':
      return {
        type: 'conversation_created',
        ...place,
        senderId: event.senderId,
        kind: event.kind,
        ...(event.name !== undefined && { name: event.name }),
        members: [...event.members],
        timestamp: event.timestamp,
      };
    case 'members_added':
      return {
        type: 'members_added',
        ...place,
        senderId: event.senderId,
        members: [...event.members],
        timestamp: event.timestamp,
      };
    case 'member_removed':
      return {
        type: 'member_removed',
        ...place,
        senderId: event.senderId,
        userId: event.userId,
        ...(event.newOwnerId !== undefined && { newOwnerId: event.newOwnerId }),
        timestamp: event.timestamp,
      };
    case 'role_set':
      return {
        type: 'role_set',
        ...place,
        senderId: event.senderId,
        userId: event.userId,
        role: event.role,
        timestamp: event.timestamp,
      };
    case 'message_edited':
      return {
        type: 'message_edited',
        ...place,
        senderId: event.senderId,
        serverId: event.serverId,
        ...editOf(event, view),
        timestamp: event.timestamp,
      };
    case 'message_deleted':
      return {
        type: 'message_deleted',
        ...place,
        senderId: event.senderId,
        serverId: event.serverId,
        timestamp: event.timestamp,
      };
    case 'reaction':
      return {
        type: 'reaction',
        ...place,
        senderId: event.senderId,
        serverId: event.serverId,
        emoji: event.emoji,
        on: event.on,
        ...countOf(event, view),
        timestamp: event.timestamp,
      };
    case 'conversation_updated':
      return {
        type: 'conversation_updated',
        ...place,
        senderId: event.senderId,
        ...(event.name !== undefined && { name: event.name }),
        ...(event.picture !== undefined && { picture: event.picture }),
        ...(event.description !== undefined && { description: event.description }),
        ...(event.history !== undefined && { history: event.history }),
        timestamp: event.timestamp,
      };
    case 'conversation_deleted':
      return {
        type: 'conversation_deleted',
        ...place,
        senderId: event.senderId,
        timestamp: event.timestamp,
      };
    case 'void':
      return { type: 'void', ...place };
    default:
      throw unrenderable(event);
  }
}

function unrenderable({ type }: { readonly type: string }): Error {
  return new Error(`unable to render an event; its type is ${type}`);
}
