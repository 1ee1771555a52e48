import type { Caller } from '../../lambdas/core/caller.ts';
import { COMMANDS } from '../../lambdas/core/commands.ts';
import { dispatch } from '../../lambdas/core/dispatch.ts';
import { QUERIES } from '../../lambdas/core/queries.ts';
import type { Clock } from '../../lambdas/core/ports.ts';
import { answer } from '../../protocol/server-message.ts';
import type { PortCall } from '../memory/gates.ts';
import { MemoryChat } from '../support/memory-chat.ts';

const SECOND_MS = 1_000;
const ACTIONS = { ...COMMANDS, ...QUERIES };

interface Environment {
  readonly dispatch: typeof dispatch;
  readonly actions: typeof ACTIONS;
}

/** One that serves its first event: every module of it is loaded anew. */
async function coldEnvironment(): Promise<Environment> {
  let loaded: Environment | undefined;
  await jest.isolateModulesAsync(async () => {
    const { COMMANDS: commands } = await import('../../lambdas/core/commands.ts');
    const { QUERIES: queries } = await import('../../lambdas/core/queries.ts');
    const core = await import('../../lambdas/core/dispatch.ts');
    loaded = { dispatch: core.dispatch, actions: { ...commands, ...queries } };
  });
  if (loaded === undefined) throw new Error('the modules have not been loaded');
  return loaded;
}

/** One that has served others before. */
const WARM: Environment = { dispatch, actions: ACTIONS };

type Users = Readonly<Record<'alice' | 'bob' | 'carol', Caller>>;

/** Of three users in turn, about the same things: what is kept of one would show in the answer to the next. */
const FRAMES: readonly (readonly [user: keyof Users, frame: (id: string) => object])[] = [
  ['bob', (conversationId) => ({ type: 'list_messages', conversationId })],
  ['carol', (conversationId) => ({ type: 'list_messages', conversationId, requestId: 'r-1' })],
  ['alice', (conversationId) => send(conversationId, 'one', 'of alice')],
  ['bob', (conversationId) => send(conversationId, 'one', 'of bob')],
  ['carol', (conversationId) => send(conversationId, 'one', 'of carol')],
  ['alice', (conversationId) => ({ type: 'ping', cursors: { [conversationId]: { seq: 0 } } })],
  ['carol', (conversationId) => ({ type: 'ping', cursors: { [conversationId]: { seq: 0 } } })],
  ['bob', () => ({ type: 'list_conversations', requestId: 'r-1' })],
  ['carol', () => ({ type: 'list_conversations' })],
  [
    'alice',
    (conversationId) => ({ type: 'sync', conversations: { [conversationId]: { seq: 0 } } }),
  ],
  [
    'carol',
    (conversationId) => ({ type: 'sync', conversations: { [conversationId]: { seq: 0 } } }),
  ],
  ['bob', () => ({ type: 'nothing' })],
];

function send(conversationId: string, localId: string, content: string) {
  return { type: 'send_message', conversationId, localId, content };
}

async function aliceBobAndCarol(chat = new MemoryChat()) {
  const users: Users = {
    alice: await chat.connect('alice'),
    bob: await chat.connect('bob'),
    carol: await chat.connect('carol'),
  };
  const conversationId = await chat.direct(users.alice, 'bob');
  await chat.deliver();
  return { chat, users, conversationId };
}

/** What the frames are answered with, each by the environment that `next` gives, and what they leave behind. */
async function outcomesOf(next: () => Promise<Environment>) {
  const { chat, users, conversationId } = await aliceBobAndCarol();
  const answers: unknown[] = [];
  for (const [user, frame] of FRAMES) {
    const environment = await next();
    const body = JSON.stringify(frame(conversationId));
    answers.push(await environment.dispatch(chat.ports, environment.actions, users[user], body));
  }
  const { conversations, users: sessions, queue, log } = chat.ports;
  return {
    answers,
    events: conversations.eventsOf(conversationId),
    sessions: Object.keys(users).map((userId) => sessions.sessionsOf(userId)),
    nudges: queue.waiting,
    lines: log.lines,
  };
}

/** Asks a function whose clock is off by so many milliseconds. */
async function ask(chat: MemoryChat, offByMs: number, caller: Caller, frame: object) {
  const clock: Clock = { now: () => chat.ports.clock.now() + offByMs };
  const ports = { ...chat.ports, clock };
  return answer.parse(await dispatch(ports, ACTIONS, caller, JSON.stringify(frame)));
}

describe('an environment', () => {
  it('F-25 that has served other users answers as one that has served nobody', async () => {
    const reused = await outcomesOf(async () => WARM);
    expect(reused.answers).toMatchObject([
      { type: 'messages' },
      { type: 'error', code: 'not_found', requestId: 'r-1' },
      { type: 'ack', seq: 2 },
      { type: 'ack', seq: 3 },
      { type: 'error', code: 'not_found' },
      { type: 'pong', heads: { [reused.events[0]?.conversationId ?? '']: { seq: 3 } } },
      { type: 'pong', heads: {} },
      { type: 'conversations', requestId: 'r-1', conversations: [{ userId: 'alice' }] },
      { type: 'conversations', conversations: [] },
      { type: 'synced', conversations: [{ seq: 3 }] },
      { type: 'synced', conversations: [{ error: 'not_found' }] },
      { type: 'error', code: 'unknown_type' },
    ]);
    expect(await outcomesOf(coldEnvironment)).toEqual(reused);
  });

  it('F-25 takes the time from its clock port alone, never from the machine or a frame', async () => {
    const machine = jest.spyOn(Date, 'now').mockImplementation(() => {
      throw new Error('asked the machine for the time');
    });
    try {
      const { chat, users, conversationId } = await aliceBobAndCarol();
      chat.ports.clock.advance(SECOND_MS);
      const now = chat.ports.clock.now();
      const frame = send(conversationId, 'one', 'hello');
      expect(await chat.ask(users.alice, { ...frame, timestamp: 1 })).toMatchObject({
        code: 'bad_request',
      });
      expect(await chat.ask(users.alice, frame)).toMatchObject({ type: 'ack', timestamp: now });
      expect(await chat.ask(users.alice, { type: 'ping' })).toMatchObject({ timestamp: now });
      const { conversations } = chat.ports;
      expect(conversations.headOf(conversationId)).toMatchObject({ takenAt: now });
      expect(conversations.eventsOf(conversationId).at(-1)).toMatchObject({ timestamp: now });
      expect(conversations.localOf(conversationId, 'alice', 'one')).toMatchObject({
        outcome: { timestamp: now },
        expiresAt: Math.floor(now / SECOND_MS) + 14 * 24 * 60 * 60,
      });
      await chat.deliver();
      expect(chat.eventsOf(users.bob).at(-1)).toMatchObject({ timestamp: now });
    } finally {
      machine.mockRestore();
    }
  });
});

describe('environments whose clocks differ', () => {
  it('F-25 keep one order, by seq, though the times of its messages go back and forth', async () => {
    const { chat, users, conversationId } = await aliceBobAndCarol();
    const offs = [5_000, -5_000, 0, 60_000, -60_000];
    for (const [index, off] of offs.entries()) {
      const frame = send(conversationId, `message-${index}`, `text ${index}`);
      expect(await ask(chat, off, index % 2 === 0 ? users.alice : users.bob, frame)).toMatchObject({
        type: 'ack',
        seq: index + 2,
        timestamp: chat.ports.clock.now() + off,
      });
    }
    for (const off of offs) {
      expect(
        await ask(chat, off, users.bob, { type: 'list_messages', conversationId, limit: 5 }),
      ).toMatchObject({ events: [6, 5, 4, 3, 2].map((seq) => ({ type: 'message', seq })) });
    }
    await chat.deliver();
    expect(chat.eventsOf(users.alice).map(({ seq }) => seq)).toEqual([1, 3, 5]);
    expect(chat.eventsOf(users.bob).map(({ seq }) => seq)).toEqual([1, 2, 4, 6]);
  });

  it('F-25 place a message once, though a clock that is ahead takes its number for forgotten', async () => {
    const during: { putEvent?: () => Promise<unknown> } = {};
    const gates = {
      before: async ({ method }: PortCall) => {
        if (method !== 'putEvent') return;
        const { putEvent: step } = during;
        delete during.putEvent;
        await step?.();
      },
      after: async () => {},
    };
    const { chat, users, conversationId } = await aliceBobAndCarol(new MemoryChat({ gates }));
    const list = { type: 'list_messages', conversationId };
    // Between her number and her event, a reader whose clock is five seconds ahead fills the slot.
    during.putEvent = () => ask(chat, 5_000, users.bob, list);
    const ack = await ask(chat, 0, users.alice, send(conversationId, 'one', 'hello'));
    expect(ack).toMatchObject({ type: 'ack', seq: 3 });
    expect(await ask(chat, 0, users.alice, send(conversationId, 'one', 'hello'))).toEqual(ack);
    expect(await ask(chat, -5_000, users.bob, list)).toMatchObject({
      events: [{ type: 'message', seq: 3 }, { type: 'void', seq: 2 }, { seq: 1 }],
    });
  });

  it('F-25 leave a young hole alone where a clock is behind, and show nothing beyond it', async () => {
    const { chat, users, conversationId } = await aliceBobAndCarol();
    await chat.ports.conversations.takeNumber(conversationId, 'alice', chat.ports.clock.now());
    await ask(chat, 0, users.alice, send(conversationId, 'one', 'hello'));
    const list = { type: 'list_messages', conversationId };
    chat.ports.clock.advance(3 * SECOND_MS);
    expect(await ask(chat, -2 * SECOND_MS, users.bob, list)).toMatchObject({
      events: [{ seq: 1 }],
    });
    expect(await ask(chat, 0, users.bob, list)).toMatchObject({
      events: [{ seq: 3 }, { type: 'void', seq: 2 }, { seq: 1 }],
    });
  });
});
