import type { EventRow } from '../../../lambdas/core/ports.ts';
import type { ConversationSummary } from '../../../protocol/list-conversations.ts';
import type { SimulatedClient } from '../client.ts';
import { isSame, type Facts } from './facts.ts';
import { fixed } from './fixed.ts';

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
  const shown = summaries.map(({ conversationId, seq, epoch, unread, lastEvent }) => ({
    conversationId,
    seq,
    epoch,
    unread,
    ...(lastEvent && { lastEvent: fixed(lastEvent) }),
  }));
  if (!isSame(shown, expected))
    facts.violation(
      `${userId} is shown the list ${JSON.stringify(shown)}, and it is ${JSON.stringify(expected)}`,
    );
}

function modelOf(facts: Facts, userId: string, conversationId: string) {
  const log = facts.log(conversationId);
  const own = log.findLast((row) => isMessageOf(row, (sender) => sender === userId))?.seq ?? 0;
  const { readSeq: marked = 0, stays = [] } = facts.member(conversationId, userId) ?? {};
  const readSeq = Math.max(own, marked, stays.at(-1)?.joined ?? 0);
  const others = log.filter((row) => isMessageOf(row, (sender) => sender !== userId));
  const last = log.findLast(({ type }) => type !== 'void');
  return {
    conversationId,
    seq: facts.headSeq(conversationId),
    epoch: facts.epoch(conversationId),
    unread: Math.min(MANY, others.filter(({ seq }) => seq > readSeq).length),
    ...(last && { lastEvent: facts.onWire(last) }),
  };
}

function isMessageOf(row: EventRow, isSender: (userId: string) => boolean): boolean {
  return row.type === 'message' && isSender(row.senderId);
}
