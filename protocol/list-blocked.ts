import * as z from 'zod';
import { requestId, userId } from './fields.ts';
import { LIMITS } from './limits.ts';

/** PROTOCOL §list_blocked: whom the caller blocks, a page at a time, in the order of their ids. */
export const listBlocked = z.strictObject({
  type: z.literal('list_blocked'),
  requestId: requestId.optional(),
  /** 100 by default, and at most. */
  limit: z.int().min(1).max(LIMITS.pageMembers).optional(),
  /** The `next` of the page before. */
  after: userId.optional(),
});
export type ListBlocked = z.infer<typeof listBlocked>;

export const blockedUsers = z.strictObject({
  type: z.literal('blocked_users'),
  requestId: requestId.optional(),
  userIds: z.array(userId),
  /** Ask for the next page with `after: next`. Absent: there is no more. */
  next: userId.optional(),
});
export type BlockedUsers = z.infer<typeof blockedUsers>;
