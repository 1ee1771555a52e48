import type { EventRow } from '../../../lambdas/core/ports.ts';
import type { ConversationSummary } from '../../../protocol/list-conversations.ts';
import type { SimulatedClient } from '../client.ts';
import { isSame, type Facts } from './facts.ts';
import { fixed } from './fixed.ts';
import { reached } from './marks.ts';

const MANY = 100;

/** The list that each user gets: all of its conversations, with what is unread, by a model of its own. */
export async function checkLists(facts: Facts): Promise<void> {
  const { world } = facts;
  const byUser = new Map(world.clients.map((client) => [client.userId, client]));
  const lists = { left: byUser.size };
  const checkOne = async (userId: string, client: SimulatedClient): Promise<void> => {
    checkList(facts, userId, await readList(client));
    lists.left -= 1;
  };
  for (const [userId, client] of byUser) void checkOne(userId, client);
  const answered = await world.runUntil(() => lists.left === 0, 60_000);
  if (!answered) facts.violation('a list of conversations is not answered');
}

async function readList(client: SimulatedClient): Promise<ConversationSummary[]> {
  const summaries: ConversationSummary[] = [];
  for (let after: string | undefined; ;) {
    const page = await client.askUntilAnswered({
      type: 'list_conversations',
      limit: 1,
      ...(after !== undefined && { after }),
    });
    if (page.type !== 'conversations') return summaries;
    summaries.push(...page.conversations);
    if (page.next === undefined) return summaries;
    after = page.next;
  }
}

function checkList(facts: Facts, userId: string, summaries: readonly ConversationSummary[]): void {
  const expected = facts.conversationIds
    .filter((id) => facts.isCurrent(id, userId))
    .map((id) => modelOf(facts, userId, id));
  const shown = summaries.map((summary) => {
    const { conversationId, seq, epoch, readSeq, markedUnread, receipt, unread } = summary;
    const { lastEvent } = summary;
    return {
      conversationId,
      seq,
      epoch,
      readSeq,
      markedUnread,
      ...(receipt && { receipt }),
      unread,
      ...(lastEvent && { lastEvent: fixed(lastEvent) }),
    };
  });
  if (!isSame(shown, expected))
    facts.violation(
      `${userId} is shown the list ${JSON.stringify(shown)}, and it is ${JSON.stringify(expected)}`,
    );
}

function modelOf(facts: Facts, userId: string, conversationId: string) {
  const log = facts.log(conversationId);
  const own = log.findLast((row) => isMessageOf(row, (sender) => sender === userId))?.seq ?? 0;
  const { readSeq: marked = 0, stays = [] } = facts.member(conversationId, userId) ?? {};
  const joined = stays.at(-1)?.joined ?? 0;
  const readSeq = Math.max(own, marked, joined);
  const others = log.filter((row) => isMessageOf(row, (sender) => sender !== userId));
  const unread = Math.min(
    MANY,
    others.filter((row) => row.seq > readSeq && !isDeleted(row)).length,
  );
  const last = log.findLast(({ type }) => type !== 'void');
  return {
    conversationId,
    seq: facts.headSeq(conversationId),
    epoch: facts.epoch(conversationId),
    // Who has so many unread that they are not counted to the end is not told of its own message behind them.
    readSeq: unread === MANY ? Math.max(marked, joined) : readSeq,
    markedUnread: (facts.member(conversationId, userId)?.unreadMark ?? -1) >= joined,
    ...receiptFor(facts, userId, conversationId),
    unread,
    ...(last && { lastEvent: facts.onWire(last) }),
  };
}

/** What a user may know of the other one of a direct conversation. */
function receiptFor(facts: Facts, userId: string, conversationId: string) {
  const { users, conversations } = facts.world.backend;
  if (conversations.headOf(conversationId)?.kind !== 'direct') return {};
  const peer = conversations.membersOf(conversationId).find((one) => one.userId !== userId);
  if (peer === undefined) return {};
  const shares = [userId, peer.userId].every((one) => users.settingsOf(one).readReceipts !== false);
  const { readSeq, deliveredSeq } = reached(facts, conversationId, peer.userId);
  const joined = peer.stays.at(-1)?.joined ?? 0;
  const receipt = shares
    ? { readSeq, deliveredSeq }
    : { deliveredSeq: Math.max(peer.deliveredSeq, joined) };
  return { receipt: { userId: peer.userId, ...receipt } };
}

function isMessageOf(row: EventRow, isSender: (userId: string) => boolean): boolean {
  return row.type === 'message' && isSender(row.senderId);
}

function isDeleted(row: EventRow): boolean {
  return row.type === 'message' && row.deleted === true;
}
