import * as z from 'zod';
import { conversationId, requestId, timestamp, userId } from './fields.ts';
import { atMost, LIMITS } from './limits.ts';

/** PROTOCOL §get_presence: who of some users is online, and until when that is sure. */
export const getPresence = z.strictObject({
  type: z.literal('get_presence'),
  requestId: requestId.optional(),
  userIds: z
    .array(userId)
    .min(1)
    .max(LIMITS.presenceUsers, { error: atMost(LIMITS.presenceUsers, 'users') }),
  /** Where the caller knows them from, if that is a group. */
  conversationId: conversationId.optional(),
});
export type GetPresence = z.infer<typeof getPresence>;

/** Known by a direct conversation, or by the one that was named. */
const known = z.strictObject({
  userId,
  online: z.boolean(),
  /** While it is online: that lease ends then, unless it is renewed. */
  until: timestamp.optional(),
});
const unknown = z.strictObject({ userId, error: z.literal('not_found') });
export type UserPresence = z.infer<typeof known> | z.infer<typeof unknown>;

export const presence = z.strictObject({
  type: z.literal('presence'),
  requestId: requestId.optional(),
  /** In the order asked for, each once. */
  users: z.array(z.union([known, unknown])),
});
export type Presence = z.infer<typeof presence>;
