import * as fc from 'fast-check';
import type { ConversationSummary } from '../../protocol/list-conversations.ts';
import { LIMITS } from '../../protocol/limits.ts';
import type { Caller } from '../../lambdas/core/caller.ts';
import { MemoryChat } from '../support/memory-chat.ts';
import {
  EPOCH,
  lastOf,
  message,
  plan,
  planOf,
  reachableFrom,
  write,
  type Plan,
} from './planned-log.ts';

async function pageOf(chat: MemoryChat, caller: Caller, question: object = {}) {
  const frame = { type: 'list_conversations', ...question };
  const answer = await chat.expect(caller, 'conversations', frame);
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(LIMITS.frameBytes);
  return answer;
}

/** All pages. */
async function listAll(chat: MemoryChat, caller: Caller, limit?: number) {
  const pages: (readonly ConversationSummary[])[] = [];
  for (let after: string | undefined; ;) {
    const page = await pageOf(chat, caller, { limit, after });
    pages.push(page.conversations);
    if (page.next === undefined) return pages;
    after = page.next;
  }
}

/** What alice's list says of one planned log. */
async function summaryOf(it: Plan): Promise<ConversationSummary | undefined> {
  const chat = new MemoryChat();
  const alice = await chat.connect('alice');
  await write(chat, 'g_1', it);
  return (await pageOf(chat, alice)).conversations[0];
}

/** The rules, in other words: what is unread, how far is read, and the last event's number. */
function expected(it: Plan) {
  const from = it.history === 'all' ? 1 : (it.stays.at(-1)?.joined ?? 1);
  const end = Math.min(lastOf(it), reachableFrom(it, from));
  const seen = it.slots
    .map((slot, at) => ({ slot, seq: at + 2 }))
    .filter(({ seq }) => from <= seq && seq <= end);
  const own = seen.findLast(({ slot }) => typeof slot === 'object' && slot.by === 'alice');
  // What came before a stay began is no news.
  const readSeq = Math.max(it.readSeq, own?.seq ?? 0, it.stays.at(-1)?.joined ?? 0);
  const unread = seen.filter(
    ({ slot, seq }) => typeof slot === 'object' && slot.by === 'bob' && seq > readSeq,
  ).length;
  const last = seen.findLast(({ slot }) => typeof slot === 'object')?.seq;
  // Number 1 is the creation, which is an event too.
  return { unread, readSeq, last: last ?? (from === 1 ? 1 : undefined) };
}

const members = plan(1).filter(({ stays }) => stays.at(-1)?.left === undefined);

describe('list_conversations', () => {
  it('tells what is unread, how far is read, and the last event, as the rules have it', async () => {
    await fc.assert(
      fc.asyncProperty(members, async (it) => {
        const summary = await summaryOf(it);
        expect({
          unread: summary?.unread,
          readSeq: summary?.readSeq,
          last: summary?.lastEvent?.seq,
        }).toEqual(expected(it));
      }),
      { numRuns: 500 },
    );
  });

  it('answers every field of a group and of a direct conversation', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    await write(chat, 'g_1', planOf([message('bob')]));
    const direct = await chat.direct(alice, 'bob');
    const { conversations, ...rest } = await pageOf(chat, alice);
    expect(rest).toEqual({ type: 'conversations' });
    const [first, second] = conversations;
    expect(first).toMatchObject({
      conversationId: direct,
      kind: 'direct',
      userId: 'bob',
      role: 'owner',
      seq: 1,
      readSeq: 1,
      markedUnread: false,
      receipt: { userId: 'bob', readSeq: 1, deliveredSeq: 1 },
      unread: 0,
      lastEvent: { type: 'conversation_created', seq: 1, members: ['alice', 'bob'] },
    });
    expect(second).toEqual({
      conversationId: 'g_1',
      kind: 'group',
      name: 'Group',
      role: 'member',
      seq: 2,
      epoch: EPOCH,
      readSeq: 1,
      markedUnread: false,
      unread: 1,
      lastEvent: expect.objectContaining({ type: 'message', seq: 2, senderId: 'bob' }) as unknown,
    });
  });

  it('tells how far the other one of a direct conversation has got, and of a marker', async () => {
    const chat = new MemoryChat();
    const [alice, bob] = [await chat.connect('alice'), await chat.connect('bob')];
    const conversationId = await chat.direct(alice, 'bob');
    for (const localId of ['one', 'two']) await chat.send(alice, conversationId, localId);
    await chat.ask(bob, { type: 'mark_delivered', conversationId, upToSeq: 3 });
    await chat.ask(bob, { type: 'mark_read', conversationId, upToSeq: 2 });
    await chat.ask(alice, { type: 'mark_unread', conversationId });
    expect((await pageOf(chat, alice)).conversations).toMatchObject([
      { markedUnread: true, receipt: { userId: 'bob', readSeq: 2, deliveredSeq: 3 } },
    ]);
    expect((await pageOf(chat, bob)).conversations).toMatchObject([
      { markedUnread: false, receipt: { userId: 'alice', readSeq: 1, deliveredSeq: 1 } },
    ]);
  });

  it.each([
    [98, 98],
    [99, 99],
    [100, LIMITS.unreadMany],
    [101, LIMITS.unreadMany],
    [400, LIMITS.unreadMany],
  ])('counts %i unread messages as %i', async (messages, unread) => {
    const it = planOf(Array.from({ length: messages }, () => message('bob')));
    expect(await summaryOf(it)).toMatchObject({ unread, lastEvent: { seq: messages + 1 } });
  });

  it('counts 99 exactly, whatever lies between them', async () => {
    const slots = Array.from({ length: 99 }, () => [message('bob'), 'void' as const]).flat();
    expect(await summaryOf(planOf(slots))).toMatchObject({ unread: 99, lastEvent: { seq: 198 } });
  });

  it('takes one’s own message for read up to there', async () => {
    const slots = [message('bob'), message('bob'), message('alice'), message('bob')];
    expect(await summaryOf(planOf(slots))).toMatchObject({ readSeq: 4, unread: 1 });
    expect(await summaryOf(planOf(slots, { readSeq: 5 }))).toMatchObject({ readSeq: 5, unread: 0 });
  });

  it('never takes back what was read, though one’s own last message lies before it', async () => {
    const slots = [message('alice'), 'void' as const];
    expect(await summaryOf(planOf(slots, { readSeq: 3 }))).toMatchObject({ readSeq: 3, unread: 0 });
  });

  it('looks for the last event behind as many voids as there are', async () => {
    const slots = [message('bob'), ...Array.from({ length: 150 }, () => 'void' as const)];
    expect(await summaryOf(planOf(slots))).toMatchObject({ unread: 1, lastEvent: { seq: 2 } });
  });

  it('has no last event for who may see none', async () => {
    const it = planOf(['void', 'void'], { stays: [{ joined: 2 }] });
    expect(await summaryOf(it)).not.toHaveProperty('lastEvent');
  });

  it.each([undefined, 1, 7, 50])('lists every conversation once, in pages of %p', async (limit) => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const ids = Array.from({ length: 45 }, (_, index) => `g_${index}`);
    for (const id of ids) await write(chat, id, planOf([message('bob')]));
    const pages = await listAll(chat, alice, limit);
    const listed = pages.flat().map(({ conversationId }) => conversationId);
    expect(listed).toEqual(ids.toSorted());
    expect(Math.max(...pages.map(({ length }) => length))).toBe(
      Math.min(45, limit ?? LIMITS.defaultPageConversations),
    );
  });

  it('cuts a page so that it fits a frame, and goes on with the next', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const ids = Array.from({ length: 9 }, (_, index) => `g_${index}`);
    for (const id of ids) await write(chat, id, planOf([message('bob', 7_000)]));
    const pages = await listAll(chat, alice);
    expect(pages.map(({ length }) => length)).toEqual([4, 4, 1]);
    expect(pages.flat().map(({ conversationId }) => conversationId)).toEqual(ids);
  });

  it('leaves out what the asker has left, though the page may be empty, and goes on', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const left = { stays: [{ joined: 1, left: 1 }] };
    for (const id of ['g_1', 'g_2']) await write(chat, id, planOf([], left));
    await write(chat, 'g_3', planOf([]));
    const pages = await listAll(chat, alice, 1);
    expect(pages.map((page) => page.map(({ conversationId }) => conversationId))).toEqual([
      [],
      [],
      ['g_3'],
      // A page of the table that is full says to go on, though nothing more is there.
      [],
    ]);
  });

  it('F-50 lists everything though pages of the table come short and batches incomplete', async () => {
    const chat = new MemoryChat({
      users: { pageSize: 4 },
      conversations: { batchSize: 3, pageSize: 5 },
    });
    const alice = await chat.connect('alice');
    const ids = Array.from({ length: 23 }, (_, index) => `g_${index}`);
    const slots = Array.from({ length: 30 }, () => message('bob'));
    for (const id of ids) await write(chat, id, planOf(slots));
    const listed = (await listAll(chat, alice)).flat();
    expect(listed.map(({ conversationId }) => conversationId)).toEqual(ids.toSorted());
    expect(new Set(listed.map(({ unread }) => unread))).toEqual(new Set([30]));
  });

  it('is each user’s own', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const carol = await chat.connect('carol');
    await chat.direct(alice, 'bob');
    expect((await pageOf(chat, carol)).conversations).toEqual([]);
    expect(await pageOf(chat, alice)).toMatchObject({ conversations: [{ userId: 'bob' }] });
  });
});
