import * as z from 'zod';
import { requestId, userId } from './fields.ts';

/** PROTOCOL §unblock_user: takes the caller's own block back. */
export const unblockUser = z.strictObject({
  type: z.literal('unblock_user'),
  requestId: requestId.optional(),
  userId,
});
export type UnblockUser = z.infer<typeof unblockUser>;
