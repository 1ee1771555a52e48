import * as z from 'zod';
import { conversationFields } from './create-conversation.ts';
import { conversationId, description, history, picture, requestId } from './fields.ts';

/** PROTOCOL §get_conversation: what a conversation is, the long parts too. */
export const getConversation = z.strictObject({
  type: z.literal('get_conversation'),
  requestId: requestId.optional(),
  conversationId,
});
export type GetConversation = z.infer<typeof getConversation>;

export const conversationInfo = z.strictObject({
  type: z.literal('conversation_info'),
  requestId: requestId.optional(),
  ...conversationFields,
  picture: picture.optional(),
  description: description.optional(),
  history,
});
export type ConversationInfo = z.infer<typeof conversationInfo>;
