import * as z from 'zod';
import { conversationEvent } from './conversation-event.ts';
import { conversationId, cursors, cursorSeq, epoch, requestId, timestamp } from './fields.ts';
import { receipt } from './get-receipts.ts';
import { LIMITS } from './limits.ts';

/** PROTOCOL §sync: what came after what I hold? */
export const sync = z.strictObject({
  type: z.literal('sync'),
  requestId: requestId.optional(),
  /** What is held of each conversation: at most 50. */
  conversations: cursors(LIMITS.syncConversations),
});
export type Sync = z.infer<typeof sync>;

/** What came after: append it. */
const continued = z.strictObject({
  conversationId,
  epoch,
  events: z.array(conversationEvent),
  /** The conversation's last number (to an ex-member: the one its stay ended with). */
  seq: cursorSeq,
  /** The events reach that number. */
  complete: z.boolean(),
});

/** Continuity can't be proven: drop what you hold of it and load it anew. */
const reset = z.strictObject({ conversationId, reset: z.literal(true), epoch, seq: cursorSeq });

/** It does not exist, or you are no member. */
const notFound = z.strictObject({ conversationId, error: z.literal('not_found') });

/** What is marked of a conversation, whether it has moved or not. */
const mark = z.strictObject({
  conversationId,
  epoch,
  /** How far the caller has marked it as read. */
  readSeq: cursorSeq,
  /** The caller wants it to look unread. */
  markedUnread: z.boolean(),
  /** The caller has muted it until then, which may be over. */
  mutedUntil: timestamp.optional(),
  /** Of a direct conversation: how far the other one has got. */
  receipt: receipt.optional(),
});
export type Mark = z.infer<typeof mark>;

/** The answer. Conversations that have not moved are left out. */
export const synced = z.strictObject({
  type: z.literal('synced'),
  requestId: requestId.optional(),
  conversations: z.array(z.union([continued, reset, notFound])),
  /** Of those that the caller is a member of, as many as fit beside the events. */
  marks: z.array(mark),
  /** False: ask again with the new cursors (after a second, if this answer brought nothing). */
  complete: z.boolean(),
});
export type SyncedConversation = z.infer<typeof synced>['conversations'][number];
