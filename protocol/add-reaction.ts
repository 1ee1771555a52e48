import * as z from 'zod';
import {
  conversationId,
  emoji,
  epoch,
  requestId,
  seq,
  serverId,
  timestamp,
  userId,
} from './fields.ts';

/** PROTOCOL §add_reaction: puts an emoji to a message. */
export const addReaction = z.strictObject({
  type: z.literal('add_reaction'),
  requestId: requestId.optional(),
  conversationId,
  serverId,
  emoji,
});
export type AddReaction = z.infer<typeof addReaction>;

/** The event: this user has put this emoji to the message, or has taken it back. */
export const reaction = z.strictObject({
  type: z.literal('reaction'),
  conversationId,
  seq,
  epoch,
  senderId: userId,
  /** The message's. */
  serverId,
  emoji,
  /** False: taken back. */
  on: z.boolean(),
  /** How many have put it there by now. Absent if the message is deleted, or none of the reader's. */
  count: z.int().nonnegative().optional(),
  timestamp,
});

/** An emoji that stands at a message. */
export const reactionOfMessage = z.strictObject({
  emoji,
  /** By so many. */
  count: z.int().positive(),
  /** The first of them, as many as there is room for. */
  userIds: z.array(userId),
});
export type ReactionOfMessage = z.infer<typeof reactionOfMessage>;
