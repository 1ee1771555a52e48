import * as z from 'zod';
import { conversationId, requestId } from './fields.ts';

/** PROTOCOL §mark_unread: a marker of one's own, beside the cursor, which it does not move. */
export const markUnread = z.strictObject({
  type: z.literal('mark_unread'),
  requestId: requestId.optional(),
  conversationId,
  /** `true` if absent. */
  on: z.boolean().optional(),
});
export type MarkUnread = z.infer<typeof markUnread>;

/** What one's own other devices are told. */
export const unreadMark = z.strictObject({
  type: z.literal('unread_mark'),
  conversationId,
  on: z.boolean(),
});
