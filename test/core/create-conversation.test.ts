import * as fc from 'fast-check';
import { LIMITS } from '../../protocol/limits.ts';
import type { Caller } from '../../lambdas/core/caller.ts';
import { MEMBERS_PER_EVENT } from '../../lambdas/core/join.ts';
import { Unavailable, type Change } from '../../lambdas/core/ports.ts';
import { memberOf } from '../contract/rows.ts';
import type { Gates, PortCall } from '../memory/gates.ts';
import { MemoryChat } from '../support/memory-chat.ts';

const LOCAL_ID = '0b9f5a5e-6f0f-4d0c-9a52-9c8c3a6f1f0e';

function group(members: readonly string[], changes: object = {}) {
  const frame = { type: 'create_conversation', kind: 'group', localId: LOCAL_ID, name: 'Lunch' };
  return { ...frame, members, ...changes };
}

function users(count: number): string[] {
  return Array.from({ length: count }, (_, index) => `user-${index}`);
}

function create(chat: MemoryChat, caller: Caller, frame: object) {
  return chat.expect(caller, 'conversation', frame);
}

/** What the two tables hold of a conversation, and what is known of every member in both. */
function tablesOf(chat: MemoryChat, conversationId: string) {
  const { conversations, users: store } = chat.ports;
  const members = conversations.membersOf(conversationId);
  return {
    head: conversations.headOf(conversationId),
    owners: conversations.ownersOf(conversationId),
    roles: Object.fromEntries(members.map(({ userId, role }) => [userId, role])),
    joined: Object.fromEntries(members.map(({ userId, stays }) => [userId, stays[0]?.joined])),
    events: conversations.eventsOf(conversationId),
    listed: members.filter(({ userId }) =>
      store.conversationsOf(userId).some((row) => row.conversationId === conversationId),
    ).length,
  };
}

/** How many join in each event of the log. */
function joinsOf(chat: MemoryChat, conversationId: string): number[] {
  return tablesOf(chat, conversationId).events.map((event) =>
    'members' in event ? event.members.length : 0,
  );
}

/** Gates that make the nth call of a kind fail, before its effect or after it. */
function failingAt(method: string, nth: number, when: 'before' | 'after'): Gates {
  let calls = 0;
  const fail = async (call: PortCall, at: typeof when) => {
    if (call.method !== method || at !== when) return;
    calls += 1;
    if (calls === nth) throw new Unavailable('injected');
  };
  return { before: (call) => fail(call, 'before'), after: (call) => fail(call, 'after') };
}

describe('a direct conversation', () => {
  it('is one for its two users, whoever asks and how often, one after the other', async () => {
    const chat = new MemoryChat();
    const [alice, bob] = [await chat.connect('alice'), await chat.connect('bob')];
    const conversationId = await chat.direct(alice, 'bob');
    expect(await chat.direct(bob, 'alice')).toBe(conversationId);
    expect(await chat.direct(alice, 'bob')).toBe(conversationId);
    await chat.deliver();
    for (const caller of [alice, bob]) {
      expect(chat.eventsOf(caller)).toEqual([
        expect.objectContaining({
          type: 'conversation_created',
          seq: 1,
          senderId: 'alice',
          kind: 'direct',
          members: ['alice', 'bob'],
        }),
      ]);
    }
  });

  it('is one for its two users who ask at once, as often as they like', async () => {
    const chat = new MemoryChat();
    const [alice, bob] = [await chat.connect('alice'), await chat.connect('bob')];
    const answers = await Promise.all(
      [alice, bob, alice, bob, bob].map((caller) =>
        create(chat, caller, {
          type: 'create_conversation',
          kind: 'direct',
          userId: caller === alice ? 'bob' : 'alice',
        }),
      ),
    );
    const [{ conversationId, epoch }] = answers as [(typeof answers)[0]];
    expect(answers).toEqual(
      answers.map(({ userId }) => ({
        type: 'conversation',
        conversationId,
        epoch,
        kind: 'direct',
        userId,
        role: 'owner',
        seq: 1,
      })),
    );
    expect(tablesOf(chat, conversationId)).toMatchObject({
      roles: { alice: 'owner', bob: 'owner' },
      events: [{ seq: 1 }],
      listed: 2,
    });
  });

  it('is another one for every other pair, whatever their ids look like', async () => {
    const id = fc.string({ unit: fc.constantFrom('a', 'b', ',', '"', '#', '\\'), minLength: 1 });
    await fc.assert(
      fc.asyncProperty(fc.uniqueArray(id, { minLength: 2, maxLength: 5 }), async (ids) => {
        const chat = new MemoryChat();
        const callers = await Promise.all(ids.map((userId) => chat.connect(userId)));
        const found = new Set<string>();
        for (const caller of callers) {
          for (const userId of ids) {
            if (userId !== caller.userId) found.add(await chat.direct(caller, userId));
          }
        }
        expect(found.size).toBe((ids.length * (ids.length - 1)) / 2);
      }),
    );
  });

  it('with oneself is refused', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const frame = { type: 'create_conversation', kind: 'direct', userId: 'alice' };
    expect(await chat.ask(alice, frame)).toMatchObject({ code: 'bad_request' });
  });
});

describe('a group', () => {
  it('is its creator’s, and all of its members are told', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const bob = await chat.connect('bob');
    const answer = await create(chat, alice, group(['bob', 'carol', 'bob', 'alice']));
    expect(answer).toMatchObject({
      localId: LOCAL_ID,
      kind: 'group',
      name: 'Lunch',
      role: 'owner',
      seq: 1,
    });
    expect(tablesOf(chat, answer.conversationId)).toMatchObject({
      owners: ['alice'],
      roles: { alice: 'owner', bob: 'member', carol: 'member' },
      joined: { alice: 1, bob: 1, carol: 1 },
      listed: 3,
    });
    await chat.deliver();
    expect(chat.eventsOf(bob)).toMatchObject([
      { type: 'conversation_created', members: ['alice', 'bob', 'carol'], name: 'Lunch' },
    ]);
  });

  it('is the same one when it is asked for again, also at once, and with its members in another order', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const frames = [group(['bob', 'carol']), group(['carol', 'bob']), group(['bob', 'carol'])];
    const answers = await Promise.all(frames.map((frame) => create(chat, alice, frame)));
    answers.push(await create(chat, alice, group(['bob', 'carol'])));
    expect(new Set(answers.map((answer) => JSON.stringify(answer))).size).toBe(1);
    expect(tablesOf(chat, answers[0]?.conversationId ?? '').events).toHaveLength(1);
  });

  it('may have no members beside its creator', async () => {
    const chat = new MemoryChat();
    const { conversationId } = await create(chat, await chat.connect('alice'), group([]));
    expect(tablesOf(chat, conversationId).roles).toEqual({ alice: 'owner' });
  });

  it.each([
    ['another name', { name: 'Dinner' }],
    ['one member more', { members: ['bob', 'carol'] }],
    ['one member less', { members: [] }],
    ['another member', { members: ['carol'] }],
  ])('is refused for its localId with %s, and stays as it was', async (_what, changes) => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const { conversationId } = await create(chat, alice, group(['bob']));
    const before = tablesOf(chat, conversationId);
    expect(await chat.ask(alice, group(['bob'], changes))).toMatchObject({
      code: 'local_id_reused',
      localId: LOCAL_ID,
      retryable: false,
    });
    expect(tablesOf(chat, conversationId)).toEqual(before);
  });

  it('is another one for another creator, and for another localId', async () => {
    const chat = new MemoryChat();
    const [alice, bob] = [await chat.connect('alice'), await chat.connect('bob')];
    const answers = [
      await create(chat, alice, group(['bob'])),
      await create(chat, bob, group(['alice'])),
      await create(chat, alice, group(['bob'], { localId: 'A'.repeat(22) })),
    ];
    expect(new Set(answers.map(({ conversationId }) => conversationId)).size).toBe(3);
  });

  it('may be of 1,000 members and not of more', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const largest = group(users(LIMITS.groupMembers - 1));
    const { conversationId } = await create(chat, alice, largest);
    expect(tablesOf(chat, conversationId).listed).toBe(LIMITS.groupMembers);
    const larger = group(users(LIMITS.groupMembers), { localId: 'B'.repeat(22) });
    expect(await chat.ask(alice, larger)).toMatchObject({ code: 'too_large' });
  });
});

describe('a large group', () => {
  const OTHERS = users(119);

  it('joins in several events, each member in one of them and from that number on', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const { conversationId, seq } = await create(chat, alice, group(OTHERS));
    expect(seq).toBe(3);
    expect(joinsOf(chat, conversationId)).toEqual([MEMBERS_PER_EVENT, MEMBERS_PER_EVENT, 30]);
    const { events, joined, listed } = tablesOf(chat, conversationId);
    const told = events.flatMap((event) =>
      'members' in event ? event.members.map((userId) => [userId, event.seq]) : [],
    );
    expect(Object.fromEntries(told)).toEqual(joined);
    expect(listed).toBe(120);
  });

  it('tells each of its members from the number of its joining on', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const first = await chat.connect('user-0');
    const last = await chat.connect('user-118');
    await create(chat, alice, group(OTHERS));
    await chat.deliver();
    expect(chat.eventsOf(first).map(({ seq }) => seq)).toEqual([1, 2, 3]);
    expect(chat.eventsOf(last)).toMatchObject([{ type: 'members_added', seq: 3 }]);
  });

  it.each([2, 3, 4])(
    'is whole when it is asked for %i times at once, each member joining once',
    async (times) => {
      const chat = new MemoryChat();
      const alice = await chat.connect('alice');
      const frame = group(OTHERS);
      const answers = await Promise.all(
        Array.from({ length: times }, () => chat.ask(alice, frame)),
      );
      expect(answers.filter(({ type }) => type !== 'conversation')).toEqual([]);
      const { conversationId } = await create(chat, alice, frame);
      const { events, roles, listed } = tablesOf(chat, conversationId);
      const told = events.flatMap((event) => ('members' in event ? event.members : []));
      expect(told.toSorted()).toEqual(Object.keys(roles).toSorted());
      expect(listed).toBe(120);
    },
  );

  it('is whole though others let its members in before it, and reads them no more often than that', async () => {
    const overtakers = ['user-118', 'user-117'];
    const calls: string[] = [];
    const overtake = async ({ method, args }: PortCall) => {
      calls.push(method);
      const [changes] = args as [readonly Change[]];
      const isJoining = method === 'commit' && changes.length > 2 && calls.includes('listMembers');
      const userId = isJoining ? overtakers.pop() : undefined;
      if (userId === undefined) return;
      const [change] = changes;
      const conversationId = change?.kind === 'put_event' ? change.event.conversationId : '';
      const member = memberOf(conversationId, userId, { stays: [{ joined: 2 }] });
      await chat.ports.conversations.commit([{ kind: 'create_member', member }]);
    };
    const chat = new MemoryChat({ gates: { before: overtake, after: async () => {} } });
    const alice = await chat.connect('alice');
    // One event's worth of newcomers, so that each overtaking is of the event that is about to be written.
    const { conversationId } = await create(chat, alice, group(users(119).slice(30)));
    expect(Object.keys(tablesOf(chat, conversationId).roles)).toHaveLength(90);
    expect(calls.filter((method) => method === 'listMembers')).toHaveLength(3);
  });

  const failures = ['before', 'after'].flatMap((when) =>
    [
      ['commit', 1],
      ['commit', 2],
      ['commit', 3],
      ['takeNumber', 1],
      ['takeNumber', 2],
      ['listMembers', 1],
      ['nudge', 1],
    ].map(([method, nth]) => [String(method), Number(nth), when as 'before' | 'after'] as const),
  );

  it.each(failures)(
    'is completed by asking again after a failure at %s number %i, %s its effect',
    async (method, nth, when) => {
      const chat = new MemoryChat({ gates: failingAt(method, nth, when) });
      const alice = await chat.connect('alice');
      expect(await chat.ask(alice, group(OTHERS))).toMatchObject({ code: 'busy', retryable: true });
      const { conversationId } = await create(chat, alice, group(OTHERS));
      const { events, roles, listed } = tablesOf(chat, conversationId);
      const told = events.flatMap((event) => ('members' in event ? event.members : []));
      expect(told.toSorted()).toEqual(['alice', ...OTHERS].toSorted());
      expect(Object.keys(roles)).toHaveLength(120);
      expect(listed).toBe(120);
      await chat.deliver();
      expect(chat.eventsOf(alice)[0]).toMatchObject({ type: 'conversation_created' });
    },
  );
});
