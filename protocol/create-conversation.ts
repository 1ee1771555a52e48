import * as z from 'zod';
import {
  conversationId,
  epoch,
  localId,
  name,
  requestId,
  role,
  seq,
  timestamp,
  userId,
} from './fields.ts';
import { atMost, LIMITS } from './limits.ts';

/** PROTOCOL §create_conversation, direct: creating it twice, by either of the two, gives the same one. */
export const createDirect = z.strictObject({
  type: z.literal('create_conversation'),
  requestId: requestId.optional(),
  kind: z.literal('direct'),
  userId,
});

/**
 * PROTOCOL §create_conversation, group. The `localId` must be random (at least 122 bits: a UUID); the
 * group's id comes from it, so that a creation sent again gives the same group.
 */
export const createGroup = z.strictObject({
  type: z.literal('create_conversation'),
  requestId: requestId.optional(),
  kind: z.literal('group'),
  localId: z.string().regex(/^[A-Za-z0-9_-]{22,64}$/),
  name,
  /** The others; the creator need not be among them. */
  members: z
    .array(userId)
    .max(LIMITS.groupMembers, { error: atMost(LIMITS.groupMembers, 'members') }),
});

export const createConversation = z.discriminatedUnion('kind', [createDirect, createGroup]);
export type CreateConversation = z.infer<typeof createConversation>;
export type CreateDirect = z.infer<typeof createDirect>;
export type CreateGroup = z.infer<typeof createGroup>;

/** What a conversation is to one of its members. */
export const conversationFields = {
  conversationId,
  kind: z.enum(['direct', 'group']),
  /** A group's name. */
  name: name.optional(),
  /** The other one of a direct conversation. */
  userId: userId.optional(),
  role,
  /** The conversation's last number. */
  seq,
  epoch,
};

/** The answer: the conversation, made now or before. */
export const conversation = z.strictObject({
  type: z.literal('conversation'),
  requestId: requestId.optional(),
  /** A group's: the one that it was asked for with. */
  localId: localId.optional(),
  ...conversationFields,
});
export type Conversation = z.infer<typeof conversation>;

/** The event at seq 1. */
export const conversationCreated = z.strictObject({
  type: z.literal('conversation_created'),
  conversationId,
  seq,
  epoch,
  /** Who created it. */
  senderId: userId,
  kind: z.enum(['direct', 'group']),
  name: name.optional(),
  members: z.array(userId),
  timestamp,
});
