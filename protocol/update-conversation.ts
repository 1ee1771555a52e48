import * as z from 'zod';
import {
  conversationId,
  description,
  epoch,
  history,
  name,
  picture,
  requestId,
  seq,
  timestamp,
  userId,
} from './fields.ts';

/** What can be changed; what is left out stays as it is, and `null` takes it away. */
const changes = {
  name: name.optional(),
  picture: picture.nullable().optional(),
  description: description.nullable().optional(),
  history: history.optional(),
};

/** PROTOCOL §update_conversation: changes a group's name, picture, description or settings. */
export const updateConversation = z
  .strictObject({
    type: z.literal('update_conversation'),
    requestId: requestId.optional(),
    conversationId,
    ...changes,
  })
  .refine((request) => Object.keys(changes).some((field) => Object.hasOwn(request, field)), {
    error: 'nothing to change',
  });
export type UpdateConversation = z.infer<typeof updateConversation>;

/** The event: what has changed, as it is from this seq on. */
export const conversationUpdated = z.strictObject({
  type: z.literal('conversation_updated'),
  conversationId,
  seq,
  epoch,
  senderId: userId,
  ...changes,
  timestamp,
});
