import * as fc from 'fast-check';
import { HEARTBEAT, LIMITS } from '../../protocol/limits.ts';
import type { Caller } from '../../lambdas/core/caller.ts';
import { headOf, memberOf } from '../contract/rows.ts';
import { MemoryChat } from '../support/memory-chat.ts';
import { isOnline } from '../../lambdas/core/sessions.ts';
import { EPOCH, lastOf, message, plan, planOf, write } from './planned-log.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;

async function headsOf(chat: MemoryChat, caller: Caller, cursors: object) {
  return (await chat.expect(caller, 'pong', { type: 'ping', cursors })).heads;
}

/** Cursors of so many conversations, of which `g_1` may be there. */
function cursorsOf(count: number) {
  return Object.fromEntries(
    Array.from({ length: count }, (_, index) => [`g_${index}`, { seq: 3 }]),
  );
}

/** Alice in front of a log of three numbers. */
async function aliceAtThree(changes: Parameters<typeof planOf>[1] = {}) {
  const chat = new MemoryChat();
  const alice = await chat.connect('alice');
  await write(chat, 'g_1', planOf([message('bob'), message('bob')], changes));
  return { chat, alice };
}

describe('ping', () => {
  it('names those of the cursors, and only those, whose conversation stands elsewhere', async () => {
    const held = fc.record({
      it: plan(1),
      ahead: fc.integer({ min: -2, max: 2 }),
      epoch: fc.constantFrom(EPOCH, 'another.1', undefined),
    });
    await fc.assert(
      fc.asyncProperty(fc.array(held, { maxLength: LIMITS.pingConversations }), async (all) => {
        const chat = new MemoryChat();
        const alice = await chat.connect('alice');
        const cursors: Record<string, object> = {};
        const moved: Record<string, object> = {};
        for (const [index, { it, ahead, epoch }] of all.entries()) {
          const id = `g_${index}`;
          await write(chat, id, it);
          cursors[id] = { seq: Math.max(0, lastOf(it) + ahead), epoch };
          const isMember = it.stays.at(-1)?.left === undefined;
          if (isMember && (ahead !== 0 || epoch !== EPOCH)) {
            moved[id] = { seq: lastOf(it), epoch: EPOCH };
          }
        }
        expect(await headsOf(chat, alice, cursors)).toEqual(moved);
      }),
    );
  });

  it('answers with the server’s time', async () => {
    const { chat, alice } = await aliceAtThree();
    expect(await chat.ask(alice, { type: 'ping', requestId: 'r-1' })).toEqual({
      type: 'pong',
      requestId: 'r-1',
      timestamp: chat.ports.clock.now(),
      heads: {},
    });
  });

  it('says the same of a conversation that is not the asker’s and of one that is not there: nothing', async () => {
    const { chat } = await aliceAtThree();
    const carol = await chat.connect('carol');
    expect(await headsOf(chat, carol, { g_1: { seq: 0 }, g_2: { seq: 0 } })).toEqual({});
  });

  it('says nothing of a conversation whose member is just being removed', async () => {
    const { chat, alice } = await aliceAtThree();
    const leaving = { alice: chat.ports.clock.now() + SECOND_MS };
    await chat.ports.conversations.commit([
      { kind: 'create_head', head: headOf('g_2', { leaving, seq: 5 }) },
      { kind: 'create_member', member: memberOf('g_2', 'alice') },
    ]);
    expect(await headsOf(chat, alice, { g_2: { seq: 0 } })).toEqual({});
  });

  it('takes ten cursors and no more', async () => {
    const { chat, alice } = await aliceAtThree();
    expect(Object.keys(await headsOf(chat, alice, cursorsOf(10)))).toEqual(['g_1']);
    expect(await chat.ask(alice, { type: 'ping', cursors: cursorsOf(11) })).toMatchObject({
      code: 'too_large',
    });
  });

  it('F-45 may miss what is new where its read is stale, and names it with the next heartbeat', async () => {
    let isStale = true;
    const chat = new MemoryChat({ conversations: { stale: () => isStale } });
    const alice = await chat.connect('alice');
    const bob = await chat.connect('bob');
    const id = await chat.direct(alice, 'bob');
    const { epoch } = await chat.send(alice, id, 'one');
    await chat.send(alice, id, 'two');
    const held = { [id]: { seq: 2, epoch } };
    expect(await headsOf(chat, bob, held)).toEqual({});
    isStale = false;
    expect(await headsOf(chat, bob, held)).toEqual({ [id]: { seq: 3, epoch } });
  });

  it('nudges the fan-out of a log that it has forgotten, and leaves alone one that is on its way', async () => {
    const { chat, alice } = await aliceAtThree();
    await chat.ports.conversations.takeNumber('g_1', 'bob', chat.ports.clock.now());
    await headsOf(chat, alice, { g_1: { seq: 3, epoch: EPOCH } });
    expect(chat.ports.queue.waiting).toEqual([]);
    chat.ports.clock.advance(2 * SECOND_MS);
    await headsOf(chat, alice, { g_1: { seq: 3, epoch: EPOCH } });
    expect(chat.ports.queue.waiting).toEqual([{ conversationId: 'g_1', seq: 4 }]);
  });

  it.each([
    ['twice the interval that it announces', 60_000, 120_000],
    ['twice the usual interval, if it announces none', undefined, 2 * HEARTBEAT.default],
  ])('keeps the caller online for %s', async (_what, intervalMs, leaseMs) => {
    const { chat, alice } = await aliceAtThree();
    chat.ports.clock.advance(5 * SECOND_MS);
    await chat.expect(alice, 'pong', { type: 'ping', intervalMs });
    expect(chat.ports.users.sessionsOf('alice')).toEqual([
      {
        connectionId: alice.connectionId,
        connectedAt: alice.connectedAt,
        leaseEnd: chat.ports.clock.now() + leaseMs,
        intervalMs: intervalMs ?? HEARTBEAT.default,
        expiresAt: alice.tokenEnd,
        batch: false,
      },
    ]);
  });

  it('keeps nobody online beyond the end of the session', async () => {
    const { chat, alice } = await aliceAtThree();
    chat.ports.clock.advance(HOUR_MS - 1);
    await chat.expect(alice, 'pong', { type: 'ping' });
    expect(chat.ports.users.sessionsOf('alice')).toMatchObject([{ expiresAt: alice.tokenEnd }]);
    const [session] = chat.ports.users.sessionsOf('alice');
    expect(session && isOnline(session, alice.tokenEnd - 1)).toBe(true);
    expect(session && isOnline(session, alice.tokenEnd)).toBe(false);
    chat.ports.clock.advance(1);
    expect(await chat.ask(alice, { type: 'ping' })).toMatchObject({ code: 'unauthorized' });
  });

  it('brings back a session that was lost', async () => {
    const { chat, alice } = await aliceAtThree();
    await chat.ports.users.removeSession('alice', alice.connectionId);
    await chat.expect(alice, 'pong', { type: 'ping' });
    expect(chat.ports.users.sessionsOf('alice')).toMatchObject([
      { connectionId: alice.connectionId },
    ]);
  });

  it.each([
    [HEARTBEAT.shortest - 1, 'error'],
    [HEARTBEAT.shortest, 'pong'],
    [HEARTBEAT.longest, 'pong'],
    [HEARTBEAT.longest + 1, 'error'],
  ])('answers an interval of %i ms with a %s', async (intervalMs, type) => {
    const { chat, alice } = await aliceAtThree();
    expect((await chat.ask(alice, { type: 'ping', intervalMs })).type).toBe(type);
  });
});
