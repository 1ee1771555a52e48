import * as z from 'zod';
import { conversationId, cursorSeq, epoch, requestId, seq, timestamp, userId } from './fields.ts';

/** PROTOCOL §mark_read: how far the caller has read. Never goes back, and never past the conversation's end. */
export const markRead = z
  .strictObject({
    type: z.literal('mark_read'),
    requestId: requestId.optional(),
    conversationId,
    upToSeq: seq.optional(),
    /** Of which history `upToSeq` is. Another one than the conversation's: nothing is marked. */
    epoch: epoch.optional(),
    /** For who keeps no numbers: up to the last message of that time or before it. */
    upToTimestamp: timestamp.optional(),
  })
  .refine(
    ({ upToSeq, upToTimestamp }) => (upToSeq === undefined) !== (upToTimestamp === undefined),
    { error: 'one of upToSeq and upToTimestamp is needed, and not both' },
  );
export type MarkRead = z.infer<typeof markRead>;

/** The answer to every mark: how far the caller has got, now. */
export const marked = z.strictObject({
  type: z.literal('marked'),
  requestId: requestId.optional(),
  conversationId,
  epoch,
  readSeq: cursorSeq,
  /** At least `readSeq`: what is read is delivered. */
  deliveredSeq: cursorSeq,
  markedUnread: z.boolean(),
  /** The caller has muted it until then, which may be over. */
  mutedUntil: timestamp.optional(),
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
