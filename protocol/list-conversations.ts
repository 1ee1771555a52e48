import * as z from 'zod';
import { conversationEvent } from './conversation-event.ts';
import { conversationFields } from './create-conversation.ts';
import { conversationId, cursorSeq, requestId, timestamp } from './fields.ts';
import { receipt } from './get-receipts.ts';
import { LIMITS } from './limits.ts';

/** PROTOCOL §list_conversations: the caller's conversations, a page at a time, in no order of time. */
export const listConversations = z.strictObject({
  type: z.literal('list_conversations'),
  requestId: requestId.optional(),
  /** 20 by default. */
  limit: z.int().min(1).max(LIMITS.pageConversations).optional(),
  /** The `next` of the page before. */
  after: conversationId.optional(),
});
export type ListConversations = z.infer<typeof listConversations>;

export const conversationSummary = z.strictObject({
  ...conversationFields,
  /** How far the caller has read. */
  readSeq: cursorSeq,
  /** The caller wants it to look unread. */
  markedUnread: z.boolean(),
  /** The caller has muted it until then, which may be over. */
  mutedUntil: timestamp.optional(),
  /** Of a direct conversation: how far the other one has got. */
  receipt: receipt.optional(),
  /** Others' undeleted messages after that: exact up to 99; 100 stands for "99+". */
  unread: z.int().min(0).max(LIMITS.unreadMany),
  /** The last event that is not a void. */
  lastEvent: conversationEvent.optional(),
});
export type ConversationSummary = z.infer<typeof conversationSummary>;

export const conversations = z.strictObject({
  type: z.literal('conversations'),
  requestId: requestId.optional(),
  conversations: z.array(conversationSummary),
  /** Ask for the next page with `after: next`. Absent: there is no more. */
  next: conversationId.optional(),
});
