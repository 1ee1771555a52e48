import * as z from 'zod';
import { requestId } from './fields.ts';

/** PROTOCOL §sign_out: closes this connection, or all of the user's. */
export const signOut = z.strictObject({
  type: z.literal('sign_out'),
  requestId: requestId.optional(),
  /** The user's other connections too. Default: this one only. */
  everywhere: z.boolean().optional(),
});
export type SignOut = z.infer<typeof signOut>;

/** The connections are closed, this one too: it may be closed before this arrives. */
export const signedOut = z.strictObject({
  type: z.literal('signed_out'),
  requestId: requestId.optional(),
});
export type SignedOut = z.infer<typeof signedOut>;
