import * as z from 'zod';
import { conversationId, emoji, requestId, serverId } from './fields.ts';

/** PROTOCOL §remove_reaction: takes one's own emoji back; the event is `reaction`. */
export const removeReaction = z.strictObject({
  type: z.literal('remove_reaction'),
  requestId: requestId.optional(),
  conversationId,
  serverId,
  emoji,
});
export type RemoveReaction = z.infer<typeof removeReaction>;
