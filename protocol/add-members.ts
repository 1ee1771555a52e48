import * as z from 'zod';
import { conversationId, epoch, requestId, seq, timestamp, userId } from './fields.ts';
import { atMost, LIMITS } from './limits.ts';

/** PROTOCOL §add_members: lets users into a group. Who is a member stays as it is. */
export const addMembers = z.strictObject({
  type: z.literal('add_members'),
  requestId: requestId.optional(),
  conversationId,
  members: z
    .array(userId)
    .min(1)
    .max(LIMITS.groupMembers, { error: atMost(LIMITS.groupMembers, 'members') }),
});
export type AddMembers = z.infer<typeof addMembers>;

/** The event: these users are members from this seq on. */
export const membersAdded = z.strictObject({
  type: z.literal('members_added'),
  conversationId,
  seq,
  epoch,
  senderId: userId,
  members: z.array(userId),
  timestamp,
});
