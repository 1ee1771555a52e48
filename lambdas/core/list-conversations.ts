import type { z } from 'zod';
import type {
  conversations as conversationsSchema,
  ConversationSummary,
  ListConversations,
} from '../../protocol/list-conversations.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Caller } from './caller.ts';
import { countFitting } from './frames.ts';
import { Unavailable, type Ports, type UserConversation } from './ports.ts';
import { readPlaces } from './read-places.ts';
import { Refusal } from './refusal.ts';
import { settleAll } from './settle-all.ts';
import { summarize } from './summarize.ts';
import { readSharing } from './user-settings.ts';

/** What is left of a frame beside the conversations. */
const ENVELOPE_BYTES = 512;

/** PROTOCOL §list_conversations: a page of the caller's conversations, each with its last event and unread count. */
export async function listConversations(
  ports: Ports,
  caller: Caller,
  request: ListConversations,
): Promise<z.infer<typeof conversationsSchema>> {
  const limit = Math.min(
    request.limit ?? LIMITS.defaultPageConversations,
    ports.settings.limits.pageConversations,
  );
  const page = await ports.users.listConversations(caller.userId, limit, request.after);
  const summaries = await summarizeAll(ports, caller, page.rows);
  const fitting = Math.max(1, countFitting(summaries, LIMITS.frameBytes - ENVELOPE_BYTES));
  const conversations = summaries.slice(0, fitting);
  const next = fitting < summaries.length ? conversations.at(-1)?.conversationId : page.next;
  return { type: 'conversations', conversations, ...(next !== undefined && { next }) };
}

/**
 * The list is a hint; whether the caller is a member is read from the conversations themselves. What was deleted goes
 * from the list here, one user after the other: a deletion could not wait for a thousand of them.
 */
async function summarizeAll(
  ports: Ports,
  caller: Caller,
  rows: readonly UserConversation[],
): Promise<ConversationSummary[]> {
  const ids = rows.map((row) => row.conversationId);
  const places = await readPlaces(ports, caller.userId, ids);
  const peers = rows.flatMap(({ peerId }) => (peerId === undefined ? [] : { userId: peerId }));
  const shares = await readSharing(ports, caller, peers);
  const summaries = await settleAll(
    rows.map(async (row) => {
      const place = places.get(row.conversationId);
      // A list without it would be taken for the whole of it.
      if (place?.proof === 'unread') throw new Unavailable('unable to read a conversation');
      if (place?.proof === 'unsettled') throw new Refusal('busy');
      if (place?.proof === 'deleted')
        await ports.users.removeConversation(caller.userId, row.conversationId);
      return place?.proof === 'member' ? summarize(ports, row, place, shares) : undefined;
    }),
  );
  return summaries.filter((summary) => summary !== undefined);
}
