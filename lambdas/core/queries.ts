import type { ActionsOf } from './dispatch.ts';
import { getReceipts } from './get-receipts.ts';
import { getDownload } from './get-download.ts';
import { listBlocked } from './list-blocked.ts';
import { getConversation } from './get-conversation.ts';
import { getProfiles } from './get-profiles.ts';
import { listConversations } from './list-conversations.ts';
import { listMembers } from './list-members.ts';
import { listMessages } from './list-messages.ts';
import { ping } from './ping.ts';
import { sync } from './sync.ts';

/** What clients can ask. */
export const QUERIES: ActionsOf<'queries'> = {
  get_conversation: getConversation,
  list_conversations: listConversations,
  list_blocked: listBlocked,
  list_members: listMembers,
  get_profiles: getProfiles,
  list_messages: listMessages,
  get_download: getDownload,
  get_receipts: getReceipts,
  sync,
  ping,
};
