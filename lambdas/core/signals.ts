import type { ActionsOf } from './dispatch.ts';
import { blockUser } from './block-user.ts';
import { markDelivered } from './mark-delivered.ts';
import { markRead } from './mark-read.ts';
import { markUnread } from './mark-unread.ts';
import { muteConversation } from './mute-conversation.ts';
import { unblockUser } from './unblock-user.ts';
import { typingStart, typingStop } from './typing.ts';
import { updateProfile } from './update-profile.ts';
import { updateSettings } from './update-settings.ts';

/** What clients say of themselves, and others are told directly. */
export const SIGNALS: ActionsOf<'signals'> = {
  mark_read: markRead,
  mark_delivered: markDelivered,
  mark_unread: markUnread,
  mute_conversation: muteConversation,
  block_user: blockUser,
  unblock_user: unblockUser,
  typing_start: typingStart,
  typing_stop: typingStop,
  update_profile: updateProfile,
  update_settings: updateSettings,
};
