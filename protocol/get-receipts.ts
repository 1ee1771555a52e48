import * as z from 'zod';
import { conversationId, cursorSeq, epoch, requestId, seq, userId } from './fields.ts';
import { LIMITS } from './limits.ts';

/** PROTOCOL §get_receipts: how far the members of a conversation have got, a page at a time, in the order of their ids. */
export const getReceipts = z.strictObject({
  type: z.literal('get_receipts'),
  requestId: requestId.optional(),
  conversationId,
  /** Only of those who have got this far. */
  seq: seq.optional(),
  /** 100 by default, and at most. */
  limit: z.int().min(1).max(LIMITS.pageMembers).optional(),
  /** The `next` of the page before. */
  after: userId.optional(),
});
export type GetReceipts = z.infer<typeof getReceipts>;

/** How far a member has got, by its own word. */
export const receipt = z.strictObject({
  userId,
  /** Absent where one of the two does not let others know. */
  readSeq: cursorSeq.optional(),
  deliveredSeq: cursorSeq,
});
export type Receipt = z.infer<typeof receipt>;

export const receipts = z.strictObject({
  type: z.literal('receipts'),
  requestId: requestId.optional(),
  conversationId,
  epoch,
  receipts: z.array(receipt),
  /** Ask for the next page with `after: next`. Absent: there is no more. */
  next: userId.optional(),
});
export type Receipts = z.infer<typeof receipts>;
