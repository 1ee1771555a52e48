import * as z from 'zod';
import { conversationId, cursorSeq, epoch, requestId } from './fields.ts';

/** The answer to a change of a conversation: it is done, by the event at `seq` or one before it. */
export const changed = z.strictObject({
  type: z.literal('changed'),
  requestId: requestId.optional(),
  conversationId,
  seq: cursorSeq,
  epoch,
});
export type Changed = z.infer<typeof changed>;
