import * as z from 'zod';
import {
  content,
  contentType,
  conversationId,
  epoch,
  requestId,
  seq,
  serverId,
  timestamp,
  userId,
} from './fields.ts';

/** PROTOCOL §edit_message: the author says something else in the same place. */
export const editMessage = z.strictObject({
  type: z.literal('edit_message'),
  requestId: requestId.optional(),
  conversationId,
  serverId,
  content,
  /** As it was if absent. */
  contentType: contentType.optional(),
});
export type EditMessage = z.infer<typeof editMessage>;

/** The event: the message says something else. */
export const messageEdited = z.strictObject({
  type: z.literal('message_edited'),
  conversationId,
  seq,
  epoch,
  /** The message's author. */
  senderId: userId,
  /** The message's. */
  serverId,
  /** What it says now. Absent if a later event has changed it again, or the message is none of the reader's. */
  content: z.string().optional(),
  contentType: contentType.optional(),
  timestamp,
});
