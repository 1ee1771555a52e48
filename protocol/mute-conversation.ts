import * as z from 'zod';
import { conversationId, requestId, timestamp } from './fields.ts';

/** PROTOCOL §mute_conversation: the caller wants no notifications of it for a while; what it gets stays the same. */
export const muteConversation = z.strictObject({
  type: z.literal('mute_conversation'),
  requestId: requestId.optional(),
  conversationId,
  /** Absent: from now on it is not muted. */
  until: timestamp.optional(),
});
export type MuteConversation = z.infer<typeof muteConversation>;

/** What one's own other devices are told. */
export const muteMark = z.strictObject({
  type: z.literal('mute_mark'),
  conversationId,
  /** Absent: it is muted no more. */
  until: timestamp.optional(),
});
