import type { ActionsOf } from './dispatch.ts';
import { getPresence } from './get-presence.ts';
import { getReceipts } from './get-receipts.ts';
import { getDownload } from './get-download.ts';
import { listConversations } from './list-conversations.ts';
import { listMembers } from './list-members.ts';
import { listMessages } from './list-messages.ts';
import { ping } from './ping.ts';
import { sync } from './sync.ts';

/** What clients can ask. */
export const QUERIES: ActionsOf<'queries'> = {
  list_conversations: listConversations,
  list_members: listMembers,
  list_messages: listMessages,
  get_download: getDownload,
  get_receipts: getReceipts,
  get_presence: getPresence,
  sync,
  ping,
};
