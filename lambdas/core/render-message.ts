import { LIMITS } from '../../protocol/limits.ts';
import type { Message } from '../../protocol/send-message.ts';
import { epochOnWire, seqOfServerId, serverIdOf } from './epoch.ts';
import type { MessageEditedEvent, MessageEvent, ReactionEvent } from './ports.ts';
import { isMessage } from './read-message.ts';
import { countReactions, renderReactions } from './render-reactions.ts';
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
    ...reactionsOf(event, view),
  };
}

/**
 * What it says. Where the event that made it so is none of the reader's, it gets nothing of that: not even that
 * the message was deleted.
 */
function textOf(event: MessageEvent, view: View) {
  const { content, contentType, replyTo, attachments, editedAt, deleted } = event;
  const { lastSeq = event.seq } = event;
  const nothing = { content: '', contentType: DEFAULT_CONTENT_TYPE };
  if (!view.sees(lastSeq)) return { ...nothing, withheld: true as const };
  if (deleted) return { ...nothing, deleted };
  return {
    content,
    contentType,
    ...(replyTo !== undefined && { replyTo, ...answeredBy(replyTo, view) }),
    ...(attachments !== undefined && { attachments: [...attachments] }),
    ...(editedAt !== undefined && { editedAt }),
  };
}

function reactionsOf(event: MessageEvent, view: View): Pick<Message, 'reactions'> {
  if (event.deleted || event.reactions === undefined) return {};
  const reactions = renderReactions(event, view);
  return reactions.length === 0 ? {} : { reactions };
}

/** The message that a reply answers, as the reader may see it now. */
function answeredBy(replyTo: string, view: View): Pick<Message, 'repliedTo'> {
  const message = messageOf(replyTo, view);
  if (message === undefined) return {};
  const { senderId, content, deleted, lastSeq = message.seq } = message;
  if (!view.sees(message.seq) || !view.sees(lastSeq)) return {};
  return { repliedTo: deleted ? { senderId, deleted } : { senderId, snippet: beginning(content) } };
}

function messageOf(serverId: string, { related }: View): MessageEvent | undefined {
  const message = related.get(seqOfServerId(serverId) ?? 0);
  return isMessage(message, serverId) ? message : undefined;
}

/** Not half of a character that takes two units. */
function beginning(content: string): string {
  return content.slice(0, LIMITS.snippetLength).replace(/\p{Cs}$/u, '');
}

/**
 * What a message says since an edit of it: nothing where a later event has changed it again, since that one says
 * it, or where the message itself is none of the reader's.
 */
export function editOf(
  event: MessageEditedEvent,
  view: View,
): Partial<Pick<Message, 'content' | 'contentType'>> {
  const message = messageOf(event.serverId, view);
  if (message === undefined || message.deleted) return {};
  if (message.lastSeq !== event.seq || !view.sees(message.seq)) return {};
  const { content, contentType } = message;
  return { content, contentType };
}

/** How often the emoji stands at its message by now. */
export function countOf({ serverId, emoji }: ReactionEvent, view: View): { count?: number } {
  const message = messageOf(serverId, view);
  if (message === undefined || message.deleted || !view.sees(message.seq)) return {};
  return { count: countReactions(message, emoji, view) };
}
