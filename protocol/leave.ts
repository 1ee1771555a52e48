import * as z from 'zod';
import { conversationId, requestId } from './fields.ts';

/** PROTOCOL §leave: ends the caller's own membership in a group; the event is `member_removed`. */
export const leave = z.strictObject({
  type: z.literal('leave'),
  requestId: requestId.optional(),
  conversationId,
});
export type Leave = z.infer<typeof leave>;
