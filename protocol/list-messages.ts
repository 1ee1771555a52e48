import * as z from 'zod';
import { conversationEvent } from './conversation-event.ts';
import { conversationId, cursorSeq, epoch, requestId, seq } from './fields.ts';
import { LIMITS } from './limits.ts';

/** PROTOCOL §list_messages: a page of the log. Without a cursor the newest; `before` and `after` exclude each other. */
export const listMessages = z
  .strictObject({
    type: z.literal('list_messages'),
    requestId: requestId.optional(),
    conversationId,
    /** 50 by default. */
    limit: z.int().min(1).max(LIMITS.pageEvents).optional(),
    /** The page that ends just before this seq. */
    before: seq.optional(),
    /** The page that begins just after this seq. */
    after: cursorSeq.optional(),
  })
  .refine((request) => request.before === undefined || request.after === undefined, {
    error: 'before and after exclude each other',
  });
export type ListMessages = z.infer<typeof listMessages>;

export const messages = z.strictObject({
  type: z.literal('messages'),
  requestId: requestId.optional(),
  conversationId,
  epoch,
  /** Contiguous, newest first; everything the log holds there, messages among it. */
  events: z.array(conversationEvent),
  /** There is no more in the direction asked for. */
  complete: z.boolean(),
});
