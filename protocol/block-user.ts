import * as z from 'zod';
import { requestId, userId } from './fields.ts';

/** PROTOCOL §block_user: no direct messages between the caller and this user, either way. */
export const blockUser = z.strictObject({
  type: z.literal('block_user'),
  requestId: requestId.optional(),
  userId,
});
export type BlockUser = z.infer<typeof blockUser>;

/** The answer to this and to its taking back. */
export const blocked = z.strictObject({
  type: z.literal('blocked'),
  requestId: requestId.optional(),
  userId,
  /** Whether the caller blocks that user, now. */
  on: z.boolean(),
});
export type Blocked = z.infer<typeof blocked>;

/** What one's own other devices are told. */
export const blockMark = z.strictObject({
  type: z.literal('block_mark'),
  userId,
  on: z.boolean(),
});
