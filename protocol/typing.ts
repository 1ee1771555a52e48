import * as z from 'zod';
import { conversationId, requestId, userId } from './fields.ts';

/** PROTOCOL §typing_start: the caller is writing; to be said again every few seconds while it is. */
export const typingStart = z.strictObject({
  type: z.literal('typing_start'),
  requestId: requestId.optional(),
  conversationId,
});
export type TypingStart = z.infer<typeof typingStart>;

/** PROTOCOL §typing_stop: the caller is writing no more. */
export const typingStop = z.strictObject({
  type: z.literal('typing_stop'),
  requestId: requestId.optional(),
  conversationId,
});
export type TypingStop = z.infer<typeof typingStop>;

/** What the others are told. */
export const typing = z.strictObject({
  type: z.literal('typing'),
  conversationId,
  /** Who is writing, or is no more. */
  userId,
  on: z.boolean(),
  /** With `on`: forget it after so many milliseconds, unless it is said again. */
  expiresInMs: z.int().positive().optional(),
});
