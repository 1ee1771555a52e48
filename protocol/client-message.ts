import * as z from 'zod';
import { addMembers } from './add-members.ts';
import { addReaction } from './add-reaction.ts';
import { createConversation } from './create-conversation.ts';
import { deleteMessage } from './delete-message.ts';
import { getPresence } from './get-presence.ts';
import { getReceipts } from './get-receipts.ts';
import { editMessage } from './edit-message.ts';
import { getDownload } from './get-download.ts';
import { leave } from './leave.ts';
import { listConversations } from './list-conversations.ts';
import { listMembers } from './list-members.ts';
import { listMessages } from './list-messages.ts';
import { markDelivered } from './mark-delivered.ts';
import { markRead } from './mark-read.ts';
import { markUnread } from './mark-unread.ts';
import { ping } from './ping.ts';
import { removeMember } from './remove-member.ts';
import { removeReaction } from './remove-reaction.ts';
import { requestUpload } from './request-upload.ts';
import { sendMessage } from './send-message.ts';
import { setRole } from './set-role.ts';
import { sync } from './sync.ts';
import { typingStart, typingStop } from './typing.ts';
import { updateSettings } from './update-settings.ts';

/**
 * Everything a client can say: the one table that the routes, the dispatcher, the documentation's
 * test and the authorization matrix are made from.
 */
export const clientMessages = {
  send_message: sendMessage,
  create_conversation: createConversation,
  add_members: addMembers,
  remove_member: removeMember,
  leave,
  set_role: setRole,
  edit_message: editMessage,
  add_reaction: addReaction,
  remove_reaction: removeReaction,
  delete_message: deleteMessage,
  list_conversations: listConversations,
  list_members: listMembers,
  list_messages: listMessages,
  get_receipts: getReceipts,
  get_presence: getPresence,
  sync,
  ping,
  mark_read: markRead,
  mark_delivered: markDelivered,
  mark_unread: markUnread,
  typing_start: typingStart,
  typing_stop: typingStop,
  update_settings: updateSettings,
  request_upload: requestUpload,
  get_download: getDownload,
} as const;

export type ClientMessageType = keyof typeof clientMessages;
export type ClientMessage<Type extends ClientMessageType = ClientMessageType> = z.infer<
  (typeof clientMessages)[Type]
>;

/**
 * What messages do: commands change something, queries read (and keep the caller's session), signals are told to
 * others directly, and best effort. Each group is served by the function of its name, with that function's rights,
 * and by no other.
 */
export const messageGroups = {
  send_message: 'commands',
  create_conversation: 'commands',
  add_members: 'commands',
  remove_member: 'commands',
  leave: 'commands',
  set_role: 'commands',
  edit_message: 'commands',
  add_reaction: 'commands',
  remove_reaction: 'commands',
  delete_message: 'commands',
  list_conversations: 'queries',
  list_members: 'queries',
  list_messages: 'queries',
  get_receipts: 'queries',
  get_presence: 'queries',
  sync: 'queries',
  ping: 'queries',
  mark_read: 'signals',
  mark_delivered: 'signals',
  mark_unread: 'signals',
  typing_start: 'signals',
  typing_stop: 'signals',
  update_settings: 'signals',
  request_upload: 'commands',
  get_download: 'queries',
} as const satisfies Readonly<Record<ClientMessageType, 'commands' | 'queries' | 'signals'>>;

export type MessageGroup = (typeof messageGroups)[ClientMessageType];
/** The types of one group. */
export type TypesOf<Group extends MessageGroup> = {
  [Type in ClientMessageType]: (typeof messageGroups)[Type] extends Group ? Type : never;
}[ClientMessageType];

export const clientMessage = z.union(Object.values(clientMessages));
