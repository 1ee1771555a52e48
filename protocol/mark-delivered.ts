import * as z from 'zod';
import { conversationId, epoch, requestId, seq, userId } from './fields.ts';

/** PROTOCOL §mark_delivered: how far the caller's devices hold a conversation, whether it is read or not. */
export const markDelivered = z.strictObject({
  type: z.literal('mark_delivered'),
  requestId: requestId.optional(),
  conversationId,
  upToSeq: seq,
  /** Of which history `upToSeq` is. Another one than the conversation's: nothing is marked. */
  epoch: epoch.optional(),
});
export type MarkDelivered = z.infer<typeof markDelivered>;

/** What the others are told. */
export const deliveredReceipt = z.strictObject({
  type: z.literal('delivered_receipt'),
  conversationId,
  /** Who has got it. */
  userId,
  upToSeq: seq,
  epoch,
});
