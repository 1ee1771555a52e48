import * as fc from 'fast-check';
import { LIMITS } from '../../protocol/limits.ts';
import type { SyncedConversation } from '../../protocol/sync.ts';
import type { Caller } from '../../lambdas/core/caller.ts';
import { Unavailable } from '../../lambdas/core/ports.ts';
import { headOf, memberOf } from '../contract/rows.ts';
import { MemoryChat } from '../support/memory-chat.ts';
import {
  aliceBefore,
  EPOCH,
  lastOf,
  message,
  numbers,
  plan,
  planOf,
  reachableFrom,
  visibleTo,
  write,
  type Plan,
} from './planned-log.ts';

const SECOND_MS = 1_000;

interface Held {
  readonly seq: number;
  readonly epoch?: string;
}

async function syncOf(chat: MemoryChat, caller: Caller, conversations: Record<string, Held>) {
  const answer = await chat.expect(caller, 'synced', { type: 'sync', conversations });
  expect(Buffer.byteLength(JSON.stringify(answer))).toBeLessThanOrEqual(LIMITS.frameBytes);
  return answer;
}

/** What one sync says of alice's planned log. */
async function ask(it: Plan, held: Held): Promise<SyncedConversation | undefined> {
  const { chat, alice } = await aliceBefore(it);
  return (await syncOf(chat, alice, { g_1: held })).conversations[0];
}

/** Syncs as a client does: with new cursors until all is there, a second later where nothing came. */
async function syncAll(chat: MemoryChat, caller: Caller, held: Record<string, Held>) {
  const cursors = { ...held };
  const got: Record<string, number[]> = {};
  for (let rounds = 0; rounds < 200; rounds += 1) {
    const { conversations, complete } = await syncOf(chat, caller, cursors);
    let events = 0;
    for (const one of conversations) {
      if (!('events' in one)) throw new Error(`unexpected ${JSON.stringify(one)}`);
      const seqs = one.events.map(({ seq }) => seq);
      got[one.conversationId] = [...(got[one.conversationId] ?? []), ...seqs];
      const last = seqs.at(-1);
      if (last !== undefined) cursors[one.conversationId] = { seq: last, epoch: one.epoch };
      events += seqs.length;
    }
    if (complete) return got;
    if (events === 0) chat.ports.clock.advance(SECOND_MS);
  }
  throw new Error('sync never completes');
}

/** The rules, in other words: what a sync says to a cursor at `seq`, events by their numbers. */
function expected(it: Plan, seq: number) {
  const visible = visibleTo(it, lastOf(it));
  const end = visible.at(-1) ?? 0;
  const place = { conversationId: 'g_1', epoch: EPOCH, seq: end };
  if (seq === end) return undefined;
  // Nothing joins what an earlier stay held.
  const isOpen = it.history === 'all' && it.stays.at(-1)?.left === undefined;
  const begin = isOpen ? 1 : (it.stays.at(-1)?.joined ?? 1);
  const first = seq === 0 ? begin : seq + 1;
  if (first < begin || first > end) return { ...place, reset: true };
  // Up to the end, and never beyond a hole that is still young.
  const events = numbers(first, Math.min(end, reachableFrom(it, first)));
  return { ...place, events, complete: (events.at(-1) ?? seq) >= end };
}

function withNumbers(answer: SyncedConversation) {
  if (!('events' in answer)) return answer;
  return { ...answer, events: answer.events.map((event) => event.seq) };
}

describe('sync', () => {
  it('answers what a cursor is followed by, or says that it cannot, as the rules have it', async () => {
    await fc.assert(
      fc.asyncProperty(plan(1), fc.nat({ max: 45 }), async (it, seq) => {
        const answer = await ask(it, { seq, epoch: EPOCH });
        expect(answer && withNumbers(answer)).toEqual(expected(it, seq));
      }),
      { numRuns: 500 },
    );
  });

  it('brings every event after the cursor, in pages within a frame, once each and in order', async () => {
    const member = plan().map((it) => ({ ...it, stays: [{ joined: 1 }] }));
    await fc.assert(
      fc.asyncProperty(fc.array(member, { minLength: 1, maxLength: 5 }), async (plans) => {
        const chat = new MemoryChat();
        const alice = await chat.connect('alice');
        for (const [index, it] of plans.entries()) await write(chat, `g_${index}`, it);
        const held = Object.fromEntries(plans.map((_, index) => [`g_${index}`, { seq: 0 }]));
        expect(await syncAll(chat, alice, held)).toEqual(
          Object.fromEntries(plans.map((it, index) => [`g_${index}`, numbers(1, lastOf(it))])),
        );
      }),
      { numRuns: 50 },
    );
  });

  it('gives at most 100 events of a conversation at once', async () => {
    const many = Array.from({ length: 149 }, () => message('bob'));
    const answer = await ask(planOf(many), { seq: 0 });
    expect(answer).toMatchObject({ seq: 150, complete: false });
    expect(answer && 'events' in answer && answer.events.length).toBe(LIMITS.pageEvents);
  });

  it('brings exactly what was missed, 300 messages long', async () => {
    const chat = new MemoryChat();
    const [alice, bob] = [await chat.connect('alice'), await chat.connect('bob')];
    const conversationId = await chat.direct(alice, 'bob');
    const { seq, epoch } = await chat.send(alice, conversationId, 'before');
    for (let sent = 1; sent <= 300; sent += 1) await chat.send(alice, conversationId, `m${sent}`);
    const got = await syncAll(chat, bob, { [conversationId]: { seq, epoch } });
    expect(got[conversationId]).toEqual(numbers(seq + 1, seq + 300));
  });

  it('leaves out what has not moved', async () => {
    const { chat, alice } = await aliceBefore(planOf([message('bob')]));
    expect(await syncOf(chat, alice, { g_1: { seq: 2, epoch: EPOCH } })).toMatchObject({
      type: 'synced',
      conversations: [],
      complete: true,
    });
  });

  it('says what is marked of each conversation of the asker’s, moved or not', async () => {
    const { chat, alice } = await aliceBefore(planOf([message('bob')]));
    const bob = await chat.connect('bob');
    const left = { stays: [{ joined: 1, left: 1 }] };
    await write(chat, 'g_2', planOf([message('bob')], left));
    const conversationId = await chat.direct(alice, 'bob');
    const { epoch } = await chat.send(alice, conversationId, 'one');
    const there = { conversationId };
    await chat.ask(bob, { type: 'mark_delivered', upToSeq: 2, ...there });
    await chat.ask(alice, { type: 'mark_unread', ...there });
    const held = { seq: 2, epoch: EPOCH };
    const asked = { g_1: held, g_2: held, g_3: held, [conversationId]: { seq: 0 } };
    expect((await syncOf(chat, alice, asked)).marks).toEqual([
      { conversationId: 'g_1', epoch: EPOCH, readSeq: 1, markedUnread: false },
      {
        conversationId,
        epoch,
        readSeq: 1,
        markedUnread: true,
        receipt: { userId: 'bob', readSeq: 1, deliveredSeq: 2 },
      },
    ]);
  });

  it('leaves marks out where events take the room, and answers without a receipt it cannot read', async () => {
    const chat = new MemoryChat();
    const [alice, bob] = [await chat.connect('alice'), await chat.connect('bob')];
    const conversationId = await chat.direct(alice, 'bob');
    for (const localId of ['one', 'two'])
      await chat.send(alice, conversationId, localId, 'x'.repeat(LIMITS.contentBytes - 2));
    const full = await syncOf(chat, bob, { [conversationId]: { seq: 1, epoch: 'another.1' } });
    const { epoch } = full.marks[0] ?? { epoch: '' };
    const large = 'x'.repeat(LIMITS.contentBytes - 1_000);
    await chat.send(alice, conversationId, 'three', large);
    const answer = await syncOf(chat, bob, { [conversationId]: { seq: 2, epoch } });
    expect(answer).toMatchObject({ conversations: [{ events: [{ seq: 3 }] }], complete: false });
    const { conversations } = chat.ports;
    conversations.listMembers = async () => {
      throw new Unavailable('now');
    };
    const { marks } = await syncOf(chat, bob, { [conversationId]: { seq: 4, epoch } });
    expect(marks).toEqual([{ conversationId, epoch, readSeq: 1, markedUnread: false }]);
  });

  it.each([
    ['of another history', { seq: 1, epoch: 'another.1' }],
    ['of another history, at the very end', { seq: 3, epoch: 'another.1' }],
    ['of the same history before a restore', { seq: 2, epoch: `${headOf('g_1').epoch}.0` }],
    ['that does not say of which history', { seq: 2 }],
    ['one beyond the end', { seq: 4, epoch: EPOCH }],
    ['far beyond the end', { seq: 4_000, epoch: EPOCH }],
  ])('resets a cursor %s', async (_which, held) => {
    const answer = await ask(planOf([message('bob'), message('bob')]), held);
    expect(answer).toEqual({ conversationId: 'g_1', reset: true, epoch: EPOCH, seq: 3 });
  });

  it('answers a former member up to the end of its stay, and nothing of what came after', async () => {
    const it = planOf([message('bob'), message('bob'), message('bob')], {
      stays: [{ joined: 1, left: 3 }],
    });
    expect(await ask(it, { seq: 1, epoch: EPOCH })).toMatchObject({
      events: [{ seq: 2 }, { seq: 3 }],
      seq: 3,
      complete: true,
    });
    expect(await ask(it, { seq: 3, epoch: EPOCH })).toBeUndefined();
    expect(await ask(it, { seq: 4, epoch: EPOCH })).toMatchObject({ reset: true, seq: 3 });
  });

  it('resets who left and came back, instead of showing the time between', async () => {
    const it = planOf([message('bob'), message('bob'), message('bob')], {
      stays: [{ joined: 1, left: 2 }, { joined: 4 }],
    });
    for (const seq of [1, 2])
      expect(await ask(it, { seq, epoch: EPOCH })).toMatchObject({ reset: true, seq: 4 });
    expect(await ask(it, { seq: 3, epoch: EPOCH })).toMatchObject({ events: [{ seq: 4 }] });
  });

  it('tells a stranger of a conversation what it tells of one that does not exist', async () => {
    const { chat } = await aliceBefore(planOf([]));
    const carol = await chat.connect('carol');
    const { conversations } = await syncOf(chat, carol, { g_1: { seq: 0 }, g_2: { seq: 0 } });
    expect(conversations).toEqual([
      { conversationId: 'g_1', error: 'not_found' },
      { conversationId: 'g_2', error: 'not_found' },
    ]);
  });

  it('says nothing of a conversation whose member is just being removed, and that it is not done', async () => {
    const { chat, alice } = await aliceBefore(planOf([message('bob')]));
    const leaving = { alice: chat.ports.clock.now() + SECOND_MS };
    await chat.ports.conversations.commit([
      { kind: 'create_head', head: headOf('g_2', { leaving, seq: 1 }) },
      { kind: 'create_member', member: memberOf('g_2', 'alice') },
    ]);
    const answer = await syncOf(chat, alice, { g_2: { seq: 0 }, g_1: { seq: 1, epoch: EPOCH } });
    expect(answer).toMatchObject({
      conversations: [{ conversationId: 'g_1', events: [{ seq: 2 }] }],
      complete: false,
    });
  });

  it('ends before a hole that is young, and goes on through it as a void once it is old', async () => {
    const it = planOf([message('bob'), 'hole', message('bob')], { young: 3 });
    const { chat, alice } = await aliceBefore(it);
    const held = { g_1: { seq: 1, epoch: EPOCH } };
    expect(await syncOf(chat, alice, held)).toMatchObject({
      conversations: [{ events: [{ seq: 2 }], seq: 4, complete: false }],
      complete: false,
    });
    chat.ports.clock.advance(SECOND_MS);
    expect(await syncOf(chat, alice, held)).toMatchObject({
      conversations: [{ events: [{ seq: 2 }, { seq: 3, type: 'void' }, { seq: 4 }] }],
      complete: true,
    });
  });

  it('reaches everything though batches come back incomplete and pages short', async () => {
    const chat = new MemoryChat({ conversations: { batchSize: 2, pageSize: 3 } });
    const alice = await chat.connect('alice');
    const ids = Array.from({ length: LIMITS.syncConversations }, (_, index) => `g_${index}`);
    for (const id of ids) await write(chat, id, planOf(Array(9).fill(message('bob'))));
    const held = Object.fromEntries(ids.map((id) => [id, { seq: 0 }]));
    expect(await syncAll(chat, alice, held)).toEqual(
      Object.fromEntries(ids.map((id) => [id, numbers(1, 10)])),
    );
  });

  it('nudges the fan-out of a log that was forgotten, and of no other', async () => {
    const { chat, alice } = await aliceBefore(planOf([message('bob')]));
    await syncOf(chat, alice, { g_1: { seq: 2, epoch: EPOCH } });
    expect(chat.ports.queue.waiting).toEqual([]);
    await chat.ports.conversations.takeNumber('g_1', 'bob', chat.ports.clock.now());
    await syncOf(chat, alice, { g_1: { seq: 2, epoch: EPOCH } });
    expect(chat.ports.queue.waiting).toEqual([]);
    chat.ports.clock.advance(2 * SECOND_MS);
    await syncOf(chat, alice, { g_1: { seq: 2, epoch: EPOCH } });
    expect(chat.ports.queue.waiting).toEqual([{ conversationId: 'g_1', seq: 3 }]);
  });
});
