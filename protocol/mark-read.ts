import * as z from 'zod';
import { conversationId, cursorSeq, epoch, requestId, seq, userId } from './fields.ts';

/** PROTOCOL §mark_read: how far the caller has read. Never goes back, and never past the conversation's end. */
export const markRead = z.strictObject({
  type: z.literal('mark_read'),
  requestId: requestId.optional(),
  conversationId,
  upToSeq: seq,
  /** Of which history `upToSeq` is. Another one than the conversation's: nothing is marked. */
  epoch: epoch.optional(),
});
export type MarkRead = z.infer<typeof markRead>;

/** The answer: how far the caller has read, now. */
export const marked = z.strictObject({
  type: z.literal('marked'),
  requestId: requestId.optional(),
  conversationId,
  epoch,
  readSeq: cursorSeq,
});
export type Marked = z.infer<typeof marked>;

/** What the others, and the reader's own other devices, are told. */
export const readReceipt = z.strictObject({
  type: z.literal('read_receipt'),
  conversationId,
  /** Who has read. */
  userId,
  upToSeq: seq,
  epoch,
});
