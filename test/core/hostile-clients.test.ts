import type { Caller } from '../../lambdas/core/caller.ts';
import { Unavailable, type Batch } from '../../lambdas/core/ports.ts';
import type { PortCall } from '../memory/gates.ts';
import { MemoryChat } from '../support/memory-chat.ts';

/** A chat whose port calls are written down, and can be made to fail. */
function watchedChat() {
  const watch: { calls: string[]; failing?: (call: PortCall) => boolean } = { calls: [] };
  const gates = {
    before: async (call: PortCall) => {
      watch.calls.push(`${call.port}.${call.method}`);
      if (watch.failing?.(call) === true) throw new Unavailable('not now');
    },
    after: async () => {},
  };
  return { chat: new MemoryChat({ gates }), watch };
}

/** Ends a member's stay with the log's last number. There is no request for it yet. */
async function leave(chat: MemoryChat, conversationId: string, userId: string): Promise<void> {
  const { conversations } = chat.ports;
  const member = await conversations.getMember(conversationId, userId);
  const left = conversations.headOf(conversationId)?.seq;
  if (member === undefined || left === undefined) throw new Error(`${userId} is no member`);
  const former = { ...member, stays: [{ joined: 1, left }] };
  const change = { kind: 'replace_member', member: former, previousSeq: member.lastSeq } as const;
  expect(await conversations.commit([change])).toEqual({ committed: true });
}

/** A conversation of two others whose last message has not been delivered: its nudge was lost. */
async function othersConversation() {
  const { chat, watch } = watchedChat();
  const alice = await chat.connect('alice');
  const mallory = await chat.connect('mallory');
  const conversationId = await chat.direct(alice, 'bob');
  await chat.send(alice, conversationId, 'one');
  for (const { receiptHandle } of chat.ports.queue.receive())
    chat.ports.queue.remove(receiptHandle);
  chat.ports.clock.advance(60_000);
  return { chat, watch, mallory, conversationId };
}

/** As sending the same message very often at once leaves behind. */
async function appendVoids(chat: MemoryChat, conversationId: string, count: number): Promise<void> {
  const { conversations, clock } = chat.ports;
  for (let number = 1; number <= count; number += 1) {
    const { head } = await conversations.takeNumber(conversationId, 'mallory', clock.now());
    if (head === undefined) throw new Error('there is no head');
    const event = { conversationId, seq: head.seq, timestamp: clock.now() };
    await conversations.putEvent({ type: 'void', ...event });
  }
}

/** From now on the conversation's partition is over its limit: batches leave its rows, all else of it fails. */
function makeHot(chat: MemoryChat, hot: string): void {
  const { conversations } = chat.ports;
  const getHeads = conversations.getHeads.bind(conversations);
  const getMemberships = conversations.getMemberships.bind(conversations);
  const listEvents = conversations.listEvents.bind(conversations);
  const leavingHot = async <Row>(
    ids: readonly string[],
    read: (cool: readonly string[]) => Promise<Batch<Row>>,
  ): Promise<Batch<Row>> => {
    const cool = ids.filter((id) => id !== hot);
    // DynamoDB answers no batch of which nothing was done.
    if (cool.length === 0 && ids.length > 0) throw new Unavailable('hot');
    const { found } = await read(cool);
    return { found, unprocessed: ids.filter((id) => id === hot) };
  };
  conversations.getHeads = (ids, consistency) =>
    leavingHot(ids, (cool) => getHeads(cool, consistency));
  conversations.getMemberships = (userId, ids) =>
    leavingHot(ids, (cool) => getMemberships(userId, cool));
  conversations.listEvents = (range) =>
    range.conversationId === hot ? Promise.reject(new Unavailable('hot')) : listEvents(range);
}

async function aliceBetween() {
  const { chat } = watchedChat();
  const alice = await chat.connect('alice');
  const bob = await chat.connect('bob');
  const mallory = await chat.connect('mallory');
  const cool = await chat.direct(bob, 'alice');
  const hot = await chat.direct(mallory, 'alice');
  await chat.send(bob, cool, 'one');
  return { chat, alice, hot, cool };
}

describe('a former member', () => {
  it('cannot let the rest into a group that it created and whose creation broke off', async () => {
    const { chat, watch } = watchedChat();
    const alice = await chat.connect('alice');
    const group = {
      type: 'create_conversation',
      kind: 'group',
      localId: 'G'.repeat(22),
      name: 'Lunch',
      members: Array.from({ length: 60 }, (_, index) => `user-${index}`),
    };
    watch.failing = ({ method }) => method === 'takeNumber';
    expect(await chat.ask(alice, group)).toMatchObject({ code: 'busy' });
    delete watch.failing;
    const { conversations } = chat.ports;
    const listed = await chat.expect(alice, 'conversations', { type: 'list_conversations' });
    const conversationId = listed.conversations[0]?.conversationId ?? '';
    const joined = conversations.membersOf(conversationId).length;
    expect(joined).toBe(45);
    await leave(chat, conversationId, 'alice');
    expect(await chat.ask(alice, group)).toMatchObject({ code: 'not_found' });
    expect(conversations.membersOf(conversationId)).toHaveLength(joined);
    expect(conversations.headOf(conversationId)).toMatchObject({ seq: 1 });
  });
});

describe('a stranger', () => {
  const QUESTIONS: readonly (readonly [string, (conversationId: string) => object])[] = [
    ['send_message', (conversationId) => ({ conversationId, localId: 'one', content: 'May I?' })],
    ['list_messages', (conversationId) => ({ conversationId })],
    ['list_messages', (conversationId) => ({ conversationId, after: 0 })],
    ['sync', (conversationId) => ({ conversations: { [conversationId]: { seq: 0 } } })],
    ['ping', (conversationId) => ({ cursors: { [conversationId]: { seq: 0 } } })],
  ];

  it.each(QUESTIONS)(
    'cannot tell by the work that %s takes whether a conversation exists, though its id can be guessed',
    async (type, question) => {
      const workFor = async (find: (conversationId: string) => string) => {
        const { chat, watch, mallory, conversationId } = await othersConversation();
        watch.calls = [];
        await chat.ask(mallory, { type, ...question(find(conversationId)) });
        return { calls: watch.calls, nudges: chat.ports.queue.waiting };
      };
      const existing = await workFor((conversationId) => conversationId);
      expect(existing).toEqual(await workFor(() => 'd_nothing'));
      expect(existing.nudges).toEqual([]);
    },
  );
});

describe('who fills its conversations with large messages', () => {
  it('makes a sync read no more of them than a frame has room for, and one conversation beyond', async () => {
    const { chat, watch } = watchedChat();
    const alice = await chat.connect('alice');
    const mallory = await chat.connect('mallory');
    const conversations: Record<string, { seq: number }> = {};
    for (let number = 1; number <= 10; number += 1) {
      const frame = {
        type: 'create_conversation',
        kind: 'group',
        name: 'Spam',
        members: ['alice'],
      };
      const localId = `${number}`.padStart(22, 'g');
      const { conversationId } = await chat.expect(mallory, 'conversation', { ...frame, localId });
      for (const message of ['one', 'two', 'three']) {
        await chat.send(mallory, conversationId, message, 'x'.repeat(16_000));
      }
      conversations[conversationId] = { seq: 0 };
    }
    watch.calls = [];
    const answer = await chat.expect(alice, 'synced', { type: 'sync', conversations });
    expect(answer.complete).toBe(false);
    expect(answer.conversations).toMatchObject([{ events: [{ seq: 1 }, { seq: 2 }] }]);
    expect(watch.calls.filter((call) => call === 'conversations.listEvents')).toHaveLength(1);
  });

  it('cannot keep a sync from coming to its end', async () => {
    const { chat } = watchedChat();
    const alice = await chat.connect('alice');
    const mallory = await chat.connect('mallory');
    const held = new Map<string, { seq: number; epoch?: string }>();
    for (const localId of ['a'.repeat(22), 'b'.repeat(22), 'c'.repeat(22)]) {
      const frame = {
        type: 'create_conversation',
        kind: 'group',
        name: 'Spam',
        members: ['alice'],
      };
      const { conversationId } = await chat.expect(mallory, 'conversation', { ...frame, localId });
      await chat.send(mallory, conversationId, 'one', '"'.repeat(8_000));
      await chat.send(mallory, conversationId, 'two', 'small');
      await chat.send(mallory, conversationId, 'three', '🙂'.repeat(4_000));
      held.set(conversationId, { seq: 0 });
    }
    for (let asked = 1, complete = false; !complete; asked += 1) {
      expect(asked).toBeLessThanOrEqual(9);
      const conversations = Object.fromEntries(held);
      const answer = await chat.expect(alice, 'synced', { type: 'sync', conversations });
      ({ complete } = answer);
      for (const continued of answer.conversations) {
        if (!('events' in continued)) throw new Error('expected events');
        const { conversationId, epoch, events } = continued;
        expect(events.map(({ seq }) => seq)[0]).toBe((held.get(conversationId)?.seq ?? 0) + 1);
        held.set(conversationId, { seq: events.at(-1)?.seq ?? 0, epoch });
      }
    }
    expect([...held.values()].map(({ seq }) => seq)).toEqual([4, 4, 4]);
  });
});

describe('who fills a log with numbers that hold nothing', () => {
  it('does not keep the list of conversations from its answer: it looks back over 2,000 numbers and no more', async () => {
    const { chat, watch } = watchedChat();
    const alice = await chat.connect('alice');
    const mallory = await chat.connect('mallory');
    const conversationId = await chat.direct(mallory, 'alice');
    await chat.send(mallory, conversationId, 'one');
    await appendVoids(chat, conversationId, 1_900);
    const list = { type: 'list_conversations' };
    expect(await chat.ask(alice, list)).toMatchObject({
      conversations: [{ seq: 1_902, unread: 1, lastEvent: { type: 'message', seq: 2 } }],
    });
    await appendVoids(chat, conversationId, 1_000);
    chat.ports.clock.advance(10_000);
    watch.calls = [];
    const answer = await chat.expect(alice, 'conversations', list);
    expect(answer.conversations).toMatchObject([{ seq: 2_902, unread: 0 }]);
    expect(answer.conversations[0]).not.toHaveProperty('lastEvent');
    expect(watch.calls.filter((call) => call === 'conversations.listEvents')).toHaveLength(20);
  });
});

describe('who sends more than the fan-out keeps up with', () => {
  it.each([
    ['list_messages', (conversationId: string) => ({ conversationId, limit: 1 })],
    ['list_conversations', () => ({})],
  ])('makes %s read in large steps to where no young hole can hide', async (type, question) => {
    const { chat, watch } = watchedChat();
    const alice = await chat.connect('alice');
    await chat.connect('mallory');
    const conversationId = await chat.direct(alice, 'mallory');
    await appendVoids(chat, conversationId, 600);
    watch.calls = [];
    const answer = await chat.ask(alice, { type, ...question(conversationId) });
    expect(answer).toMatchObject({ type: type === 'list_messages' ? 'messages' : 'conversations' });
    const reads = watch.calls.filter((call) => call === 'conversations.listEvents');
    expect(reads.length).toBeLessThanOrEqual(14);
  });
});

describe('who keeps one conversation’s partition hot', () => {
  it('does not keep its members from syncing their others: it is left out, and asked for again', async () => {
    const { chat, alice, hot, cool } = await aliceBetween();
    const conversations = { [hot]: { seq: 0 }, [cool]: { seq: 0 } };
    const sync = { type: 'sync', conversations };
    makeHot(chat, hot);
    expect(await chat.ask(alice, sync)).toMatchObject({
      type: 'synced',
      conversations: [{ conversationId: cool, seq: 2, complete: true }],
      complete: false,
    });
    const hotAlone = { type: 'sync', conversations: { [hot]: { seq: 0 } } };
    expect(await chat.ask(alice, hotAlone)).toMatchObject({ type: 'error', code: 'busy' });
  });

  it('does not do so either if it gets hot between the heads and the events', async () => {
    const { chat, alice, hot, cool } = await aliceBetween();
    const listEvents = chat.ports.conversations.listEvents.bind(chat.ports.conversations);
    chat.ports.conversations.listEvents = (range) =>
      range.conversationId === hot ? Promise.reject(new Unavailable('hot')) : listEvents(range);
    const ask = (...ids: string[]) => {
      const conversations = Object.fromEntries(ids.map((id) => [id, { seq: 0 }]));
      return chat.ask(alice, { type: 'sync', conversations });
    };
    expect(await ask(hot, cool)).toMatchObject({
      conversations: [{ conversationId: cool, complete: true }],
      complete: false,
    });
    expect(await ask(hot)).toMatchObject({ type: 'error', code: 'busy' });
  });

  it('does not keep its members from hearing in a pong of their others', async () => {
    const { chat, alice, hot, cool } = await aliceBetween();
    makeHot(chat, hot);
    const ping = { type: 'ping', cursors: { [hot]: { seq: 0 }, [cool]: { seq: 0 } } };
    const { heads } = await chat.expect(alice, 'pong', ping);
    expect(heads).toEqual({ [cool]: { seq: 2, epoch: expect.any(String) as string } });
  });
});

describe('who opens very many connections', () => {
  it('is told of events on the newest hundred of them, so that one user’s row and posts stay bounded', async () => {
    const { chat } = watchedChat();
    const alice = await chat.connect('alice');
    const sockets: Caller[] = [];
    for (let number = 1; number <= 120; number += 1) {
      chat.ports.clock.advance(1);
      sockets.push(await chat.connect('mallory', { device: `${number}` }));
    }
    const sessionIds = () =>
      chat.ports.users.sessionsOf('mallory').map(({ connectionId }) => connectionId);
    const newest = sockets.slice(-100).map(({ connectionId }) => connectionId);
    expect(sessionIds()).toEqual(newest);
    // An older one is answered as ever, and does not push a newer one out.
    const [oldest] = sockets;
    if (oldest === undefined) throw new Error('there is no socket');
    expect(await chat.ask(oldest, { type: 'ping' })).toMatchObject({ type: 'pong' });
    expect(await chat.ask(oldest, { type: 'list_conversations' })).toMatchObject({
      type: 'conversations',
    });
    expect(sessionIds()).toEqual(newest);
    await chat.direct(alice, 'mallory');
    await chat.deliver();
    const told = sockets.filter((socket) => chat.eventsOf(socket).length > 0);
    expect(told.map(({ connectionId }) => connectionId)).toEqual(newest);
  });

  it('has an older one back once newer ones have ended', async () => {
    const { chat } = watchedChat();
    const first = await chat.connect('mallory', { device: 'first' });
    chat.ports.clock.advance(1);
    const soon = chat.ports.clock.now() + 10;
    for (let number = 1; number <= 100; number += 1) {
      await chat.connect('mallory', { device: `${number}`, tokenEnd: soon });
    }
    chat.ports.clock.set(soon);
    await chat.ask(first, { type: 'ping' });
    expect(chat.ports.users.sessionsOf('mallory')).toContainEqual(
      expect.objectContaining({ connectionId: first.connectionId }),
    );
  });
});
