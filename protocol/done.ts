import * as z from 'zod';
import { requestId } from './fields.ts';

/** The answer to what has nothing to say in return. */
export const done = z.strictObject({
  type: z.literal('done'),
  requestId: requestId.optional(),
});
export type Done = z.infer<typeof done>;
