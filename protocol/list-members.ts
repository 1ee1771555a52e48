import * as z from 'zod';
import { conversationId, requestId, role, userId } from './fields.ts';
import { LIMITS } from './limits.ts';
import { profileFields } from './update-profile.ts';

/** PROTOCOL §list_members: the members of a conversation, a page at a time, in the order of their ids. */
export const listMembers = z.strictObject({
  type: z.literal('list_members'),
  requestId: requestId.optional(),
  conversationId,
  /** 100 by default, and at most. */
  limit: z.int().min(1).max(LIMITS.pageMembers).optional(),
  /** The `next` of the page before. */
  after: userId.optional(),
});
export type ListMembers = z.infer<typeof listMembers>;

export const members = z.strictObject({
  type: z.literal('members'),
  requestId: requestId.optional(),
  conversationId,
  members: z.array(z.strictObject({ userId, role, ...profileFields })),
  /** Ask for the next page with `after: next`. Absent: there is no more. */
  next: userId.optional(),
});
export type Members = z.infer<typeof members>;
