import { createConversation } from './create-conversation.ts';
import type { ActionsOf } from './dispatch.ts';
import { sendMessage } from './send-message.ts';

/** What clients can do. */
export const COMMANDS: ActionsOf<'commands'> = {
  send_message: sendMessage,
  create_conversation: createConversation,
};
