import * as z from 'zod';

/** Why the server is about to close a connection, and what the client should do about it. */
export const CLOSING_REASONS = {
  /** The token's end has come: connect again with a fresh one. */
  token_expired: { reconnect: true },
  /** The connection is older than the server keeps one: connect again. */
  session_expired: { reconnect: true },
  /** The user has opened more than it may have at once: this one made room for a newer one. */
  too_many_connections: { reconnect: false },
  /** The user has signed out, here or everywhere. */
  signed_out: { reconnect: false },
} as const satisfies Record<string, { reconnect: boolean }>;

export type ClosingCode = keyof typeof CLOSING_REASONS;

/** Sent just before a connection is closed: API Gateway lets nobody choose a close code. */
export const closing = z.strictObject({
  type: z.literal('closing'),
  code: z.enum(Object.keys(CLOSING_REASONS) as [ClosingCode, ...ClosingCode[]]),
  reconnect: z.boolean(),
});
