import * as z from 'zod';
import { conversationId, epoch, requestId, seq, timestamp, userId } from './fields.ts';

/** PROTOCOL §remove_member: ends somebody's membership in a group. Who is no member stays as it is. */
export const removeMember = z.strictObject({
  type: z.literal('remove_member'),
  requestId: requestId.optional(),
  conversationId,
  userId,
});
export type RemoveMember = z.infer<typeof removeMember>;

/** The event: the last one of the conversation that this user gets. */
export const memberRemoved = z.strictObject({
  type: z.literal('member_removed'),
  conversationId,
  seq,
  epoch,
  /** Who did it; the same as `userId` if it left. */
  senderId: userId,
  userId,
  /** Who owns the group from now on, if its last owner left. */
  newOwnerId: userId.optional(),
  timestamp,
});
