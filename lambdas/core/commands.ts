import { addMembers } from './add-members.ts';
import { addReaction } from './add-reaction.ts';
import { createConversation } from './create-conversation.ts';
import { deleteConversation } from './delete-conversation.ts';
import { deleteMessage } from './delete-message.ts';
import type { ActionsOf } from './dispatch.ts';
import { editMessage } from './edit-message.ts';
import { leave } from './leave.ts';
import { removeMember } from './remove-member.ts';
import { removeReaction } from './remove-reaction.ts';
import { requestUpload } from './request-upload.ts';
import { sendMessage } from './send-message.ts';
import { setRole } from './set-role.ts';
import { updateConversation } from './update-conversation.ts';

/** What clients can do. */
export const COMMANDS: ActionsOf<'commands'> = {
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
  request_upload: requestUpload,
  update_conversation: updateConversation,
  delete_conversation: deleteConversation,
};
