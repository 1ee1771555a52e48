import type { ConversationEvent } from '../../protocol/conversation-event.ts';
import { epochOnWire, serverIdOf } from './epoch.ts';
import type { ChatSettings, EventRow, Head, Ports } from './ports.ts';

/**
 * An event of the log as clients get it.
 *
 * @throws Error for one of a type that this version does not know: a later one has written it
 */
export function renderEvent(
  event: EventRow,
  head: Head,
  settings: ChatSettings,
): ConversationEvent {
  const place = {
    conversationId: event.conversationId,
    seq: event.seq,
    epoch: epochOnWire(head.epoch, settings),
  };
  switch (event.type) {
    case 'message':
      return {
        type: 'message',
        ...place,
        serverId: serverIdOf(event),
        senderId: event.senderId,
        localId: event.localId,
        content: event.content,
        contentType: event.contentType,
        ...(event.replyTo !== undefined && { replyTo: event.replyTo }),
        timestamp: event.timestamp,
      };
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
    case 'void':
      return { type: 'void', ...place };
    default:
      throw unrenderable(event);
  }
}

/**
 * An event as whoever reads the log gets it: a page must be contiguous, so one that cannot be rendered has a void
 * in its place, and is told of. One row is no poison to a page, nor to a list of fifty conversations.
 */
export function renderForReader(
  { log, settings }: Pick<Ports, 'log' | 'settings'>,
  event: EventRow,
  head: Head,
): ConversationEvent {
  try {
    return renderEvent(event, head, settings);
  } catch {
    const { conversationId, seq, timestamp } = event;
    log.write('error', 'event_not_rendered', { conversationId, seq });
    return renderEvent({ type: 'void', conversationId, seq, timestamp }, head, settings);
  }
}

function unrenderable({ type }: { readonly type: string }): Error {
  return new Error(`unable to render an event; its type is ${type}`);
}
