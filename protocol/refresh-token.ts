import * as z from 'zod';
import { requestId, timestamp } from './fields.ts';
import { LIMITS } from './limits.ts';

/** PROTOCOL §refresh_token: a fresh token for an open connection, before the one that it has ends. */
export const refreshToken = z.strictObject({
  type: z.literal('refresh_token'),
  requestId: requestId.optional(),
  /** Of the same user. */
  token: z.string().min(1).max(LIMITS.tokenLength),
});
export type RefreshToken = z.infer<typeof refreshToken>;

/** The connection goes on. */
export const tokenRefreshed = z.strictObject({
  type: z.literal('token_refreshed'),
  requestId: requestId.optional(),
  /** Until when: the end of the token, or the longest that a connection lasts. */
  expiresAt: timestamp,
});
export type TokenRefreshed = z.infer<typeof tokenRefreshed>;
