import * as z from 'zod';
import { conversationId, cursors, headOnWire, requestId, timestamp } from './fields.ts';
import { HEARTBEAT, LIMITS } from './limits.ts';

/** PROTOCOL §ping: I am here, and this is what I hold. */
export const ping = z.strictObject({
  type: z.literal('ping'),
  requestId: requestId.optional(),
  /** When the next one comes, in milliseconds; the lease is twice that. Default 240,000. */
  intervalMs: z.int().min(HEARTBEAT.shortest).max(HEARTBEAT.longest).optional(),
  /** The open conversation and nine others in turn. */
  cursors: cursors(LIMITS.pingConversations).optional(),
});
export type Ping = z.infer<typeof ping>;

export const pong = z.strictObject({
  type: z.literal('pong'),
  requestId: requestId.optional(),
  timestamp,
  /** Those of the cursors that have moved: sync them. */
  heads: z.record(conversationId, headOnWire),
});
