import * as z from 'zod';
import { conversationId, epoch, requestId, seq, timestamp, userId } from './fields.ts';

/** PROTOCOL §delete_conversation: ends a group for everybody. */
export const deleteConversation = z.strictObject({
  type: z.literal('delete_conversation'),
  requestId: requestId.optional(),
  conversationId,
});
export type DeleteConversation = z.infer<typeof deleteConversation>;

/** The event: the last of its conversation, of which nothing can be read any more. */
export const conversationDeleted = z.strictObject({
  type: z.literal('conversation_deleted'),
  conversationId,
  seq,
  epoch,
  senderId: userId,
  timestamp,
});
