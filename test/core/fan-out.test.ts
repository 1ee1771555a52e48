import { LIMITS } from '../../protocol/limits.ts';
import { fanOut } from '../../lambdas/core/fan-out.ts';
import { Unavailable } from '../../lambdas/core/ports.ts';
import type { Gates, PortCall } from '../memory/gates.ts';
import { MemoryChat } from '../support/memory-chat.ts';

const MINUTE_MS = 60_000;

async function group(members: readonly string[], options: { gates?: Gates; batch?: boolean } = {}) {
  const chat = new MemoryChat(options.gates ? { gates: options.gates } : {});
  const owner = await chat.connect('owner', { batch: options.batch ?? false });
  const others = await Promise.all(
    members.map((userId) => chat.connect(userId, { batch: options.batch ?? false })),
  );
  const { conversationId } = await chat.expect(owner, 'conversation', {
    type: 'create_conversation',
    kind: 'group',
    localId: 'a-local-id-of-22-chars',
    name: 'Group',
    members,
  });
  await chat.deliver();
  return { chat, owner, others, conversationId };
}

describe('fanOut', () => {
  it('delivers everything between its cursor and the head at once, in order', async () => {
    const { chat, owner, others, conversationId } = await group(['bob']);
    for (const localId of ['a', 'b', 'c']) await chat.send(owner, conversationId, localId);
    await chat.deliverOnce();
    expect(others[0] && chat.eventsOf(others[0]).map(({ seq }) => seq)).toEqual([1, 2, 3, 4]);
  });

  it.each([
    // 31 connections with the owner's own.
    ['a step of posts', { members: 30, batch: false, bytes: 1 }, [18, 35, 52, 69, 86, 101]],
    ['twenty posts in a row', { members: 1, batch: false, bytes: 1 }, [21, 41, 61, 81, 101]],
    ['the whole page where all take batches', { members: 30, batch: true, bytes: 1 }, [101]],
    [
      'some frames where batches are of large events',
      { members: 1, batch: true, bytes: 15_000 },
      [41, 81, 101],
    ],
  ])('moves its cursor after %s', async (_much, options, expected) => {
    const moves: unknown[] = [];
    const before = async ({ method, args }: PortCall): Promise<void> => {
      if (method === 'advanceFanOut') moves.push(args[1]);
    };
    const userIds = Array.from({ length: options.members }, (_, index) => `user-${index}`);
    const gates = { before, after: async () => {} };
    const { chat, owner, conversationId } = await group(userIds, { gates, ...options });
    for (let number = 1; number <= 100; number += 1)
      await chat.send(owner, conversationId, `message-${number}`, 'x'.repeat(options.bytes));
    moves.length = 0;
    await chat.deliverOnce();
    expect(moves).toEqual(expected);
  });

  it('repeats no more than a step after it was killed in a long run', async () => {
    let posts = 0;
    const before = async ({ method }: PortCall): Promise<void> => {
      if (method === 'post' && (posts += 1) === 2_500) throw new Error('killed');
    };
    const members = Array.from({ length: 30 }, (_, index) => `user-${index}`);
    const gates = { before, after: async () => {} };
    const { chat, owner, others, conversationId } = await group(members, { gates });
    for (let number = 1; number <= 100; number += 1)
      await chat.send(owner, conversationId, `message-${number}`);
    await chat.deliver();
    const got = others.map((other) => chat.eventsOf(other).map(({ seq }) => seq));
    const all = Array.from({ length: 101 }, (_, index) => index + 1);
    expect(got.map((seqs) => [...new Set(seqs)])).toEqual(others.map(() => all));
    expect(got.flat().length).toBeLessThan(others.length * all.length + 550);
  });

  it('F-06 tries a connection that it has given up no more in the same run', async () => {
    let slowPosts = 0;
    const members = Array.from({ length: 30 }, (_, index) => `user-${index}`);
    const { chat, owner, others, conversationId } = await group(members);
    const slow = {
      post: async (connectionId: string, frame: string) => {
        if (connectionId !== 'user-0-1') return chat.ports.connections.post(connectionId, frame);
        slowPosts += 1;
        return 'limited' as const;
      },
      close: (connectionId: string) => chat.ports.connections.close(connectionId),
    };
    for (let number = 1; number <= 100; number += 1)
      await chat.send(owner, conversationId, `message-${number}`);
    expect(await fanOut({ ...chat.ports, connections: slow }, conversationId, 101)).toBe(101);
    expect(slowPosts).toBe(6);
    expect(others[1] && chat.eventsOf(others[1])).toHaveLength(101);
  });

  it('F-20 does nothing for a nudge that comes twice', async () => {
    const { chat, owner, others, conversationId } = await group(['bob']);
    await chat.send(owner, conversationId, 'a');
    await chat.deliver();
    expect(await fanOut(chat.ports, conversationId, 2)).toBe(2);
    expect(others[0] && chat.eventsOf(others[0])).toHaveLength(2);
  });

  it('puts several events into one frame for a connection that takes batches, and into single frames else', async () => {
    const { chat, owner, others, conversationId } = await group(['bob'], { batch: true });
    const plain = await chat.connect('bob', { device: 'plain' });
    for (const localId of ['a', 'b', 'c']) await chat.send(owner, conversationId, localId);
    await chat.deliverOnce();
    expect(others[0] && chat.framesOf(others[0]).map(({ type }) => type)).toEqual([
      'conversation_created',
      'events',
    ]);
    expect(chat.framesOf(plain).map(({ type }) => type)).toEqual(['message', 'message', 'message']);
  });

  it('F-08 keeps every frame within 32,768 UTF-8 bytes', async () => {
    const { chat, owner, others, conversationId } = await group(['bob'], { batch: true });
    const content = '€'.repeat(4_000);
    for (const localId of ['a', 'b', 'c', 'd'])
      await chat.send(owner, conversationId, localId, content);
    await chat.deliverOnce();
    const [bob] = others;
    const frames = bob === undefined ? [] : chat.ports.connections.framesOf(bob.connectionId);
    expect(frames.every((frame) => Buffer.byteLength(frame) <= LIMITS.frameBytes)).toBe(true);
    expect(bob && chat.eventsOf(bob).map(({ seq }) => seq)).toEqual([1, 2, 3, 4, 5]);
  });

  it('gives the nudge back while a hole is young, and goes on once it is filled', async () => {
    const { chat, owner, others, conversationId } = await group(['bob']);
    const [bob] = others;
    await chat.ports.conversations.takeNumber(conversationId, 'owner', chat.ports.clock.now());
    await chat.send(owner, conversationId, 'a');
    await chat.deliverOnce();
    expect(bob && chat.eventsOf(bob).map(({ seq }) => seq)).toEqual([1]);
    expect(chat.ports.queue.waiting).toHaveLength(1);
    await chat.deliver();
    expect(bob && chat.eventsOf(bob).map(({ seq, type }) => [seq, type])).toEqual([
      [1, 'conversation_created'],
      [2, 'void'],
      [3, 'message'],
    ]);
  });

  it('makes a lost nudge good with the next', async () => {
    const { chat, owner, others, conversationId } = await group(['bob']);
    await chat.send(owner, conversationId, 'a');
    for (const nudge of chat.ports.queue.receive()) chat.ports.queue.remove(nudge.receiptHandle);
    await chat.send(owner, conversationId, 'b');
    await chat.deliver();
    expect(others[0] && chat.eventsOf(others[0]).map(({ seq }) => seq)).toEqual([1, 2, 3]);
  });

  it('F-22 gives back only the nudges of the conversation that failed', async () => {
    let broken: string | undefined;
    const { chat, owner, others, conversationId } = await group(['bob'], {
      gates: {
        before: async ({ method, args }) => {
          if (
            method === 'listEvents' &&
            (args[0] as { conversationId: string }).conversationId === broken
          ) {
            throw new Unavailable('injected');
          }
        },
        after: async () => {},
      },
    });
    const direct = await chat.direct(owner, 'bob');
    broken = conversationId;
    await chat.send(owner, conversationId, 'a');
    await chat.send(owner, direct, 'b');
    await chat.deliverOnce();
    expect(new Set(chat.ports.queue.waiting.map((nudge) => nudge.conversationId))).toEqual(
      new Set([conversationId]),
    );
    broken = undefined;
    await chat.deliver();
    expect(others[0] && chat.eventsOf(others[0])).toHaveLength(4);
  });

  it('F-46 sends nothing over an expired session but the reason, and closes it', async () => {
    const { chat, owner, conversationId } = await group(['bob']);
    const short = await chat.connect('bob', {
      device: 'short',
      tokenEnd: chat.ports.clock.now() + MINUTE_MS,
    });
    chat.ports.clock.advance(MINUTE_MS);
    await chat.send(owner, conversationId, 'a');
    await chat.deliver();
    expect(chat.framesOf(short)).toEqual([
      { type: 'closing', code: 'token_expired', reconnect: true },
    ]);
    expect(chat.ports.connections.isOpen(short.connectionId)).toBe(false);
    const sessions = await chat.ports.users.getSessions('bob', 'eventual');
    expect(sessions.map(({ connectionId }) => connectionId)).toEqual(['bob-1']);
  });

  it('F-48 reaches every member though batch reads come back incomplete', async () => {
    const chat = new MemoryChat({ users: { batchSize: 3 } });
    const userIds = Array.from({ length: 20 }, (_, index) => `user-${index}`);
    const owner = await chat.connect('owner');
    const others = await Promise.all(userIds.map((userId) => chat.connect(userId)));
    await chat.expect(owner, 'conversation', {
      type: 'create_conversation',
      kind: 'group',
      localId: 'a-local-id-of-22-chars',
      name: 'Group',
      members: userIds,
    });
    await chat.deliver();
    expect(others.map((other) => chat.eventsOf(other).length)).toEqual(userIds.map(() => 1));
  });
});
