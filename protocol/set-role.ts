import * as z from 'zod';
import { conversationId, epoch, requestId, role, seq, timestamp, userId } from './fields.ts';

/** PROTOCOL §set_role: makes a member of a group its owner, its admin or a plain member. */
export const setRole = z.strictObject({
  type: z.literal('set_role'),
  requestId: requestId.optional(),
  conversationId,
  userId,
  role,
});
export type SetRole = z.infer<typeof setRole>;

/** The event: from this seq on that is the member's role. */
export const roleSet = z.strictObject({
  type: z.literal('role_set'),
  conversationId,
  seq,
  epoch,
  senderId: userId,
  userId,
  role,
  timestamp,
});
