import * as z from 'zod';
import { createConversation } from './create-conversation.ts';
import { listConversations } from './list-conversations.ts';
import { listMessages } from './list-messages.ts';
import { ping } from './ping.ts';
import { sendMessage } from './send-message.ts';
import { sync } from './sync.ts';

/**
 * Everything a client can say: the one table that the routes, the dispatcher, the documentation's
 * test and the authorization matrix are made from.
 */
export const clientMessages = {
  send_message: sendMessage,
  create_conversation: createConversation,
  list_conversations: listConversations,
  list_messages: listMessages,
  sync,
  ping,
} as const;

export type ClientMessageType = keyof typeof clientMessages;
export type ClientMessage<Type extends ClientMessageType = ClientMessageType> = z.infer<
  (typeof clientMessages)[Type]
>;

export const clientMessage = z.union(Object.values(clientMessages));
