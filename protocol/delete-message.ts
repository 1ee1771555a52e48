import * as z from 'zod';
import { conversationId, epoch, requestId, seq, serverId, timestamp, userId } from './fields.ts';

/** PROTOCOL §delete_message: takes away what a message says, for everyone. */
export const deleteMessage = z.strictObject({
  type: z.literal('delete_message'),
  requestId: requestId.optional(),
  conversationId,
  serverId,
});
export type DeleteMessage = z.infer<typeof deleteMessage>;

/** The event: the message says nothing any more. */
export const messageDeleted = z.strictObject({
  type: z.literal('message_deleted'),
  conversationId,
  seq,
  epoch,
  /** Who deleted it. */
  senderId: userId,
  /** The message's. */
  serverId,
  timestamp,
});
