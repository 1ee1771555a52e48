import * as fc from 'fast-check';
import { FREE_TYPES, limitRate } from '../../lambdas/core/limit-rate.ts';
import { Refusal } from '../../lambdas/core/refusal.ts';
import type { ClientMessageType } from '../../protocol/client-message.ts';
import { readSections, sectionOf } from '../protocol/document.ts';
import { MemoryChat } from '../support/memory-chat.ts';

const MINUTE_MS = 60_000;
const LIMIT = 100;
const TYPES = Object.entries(FREE_TYPES) as [ClientMessageType, boolean][];

/** A user who acts, in a world of its own. */
async function limited(limit = LIMIT) {
  const chat = new MemoryChat({ limits: { messagesPerMinute: limit } });
  const alice = await chat.connect('alice');
  /** Nothing if it may, else how long it is to wait. */
  const act = async (type: ClientMessageType = 'send_message'): Promise<number | undefined> => {
    try {
      await limitRate(chat.ports, alice, type);
      return undefined;
    } catch (error) {
      if (!(error instanceof Refusal) || error.code !== 'rate_limited') throw error;
      return error.retryAfterMs;
    }
  };
  /** Acts so often, and says how often it might. */
  const actOften = async (times: number): Promise<number> => {
    const waits = await Promise.all(Array.from({ length: times }, () => act()));
    return waits.filter((wait) => wait === undefined).length;
  };
  return { chat, alice, act, actOften };
}

describe('the limit of requests a minute', () => {
  it('lets through as many at once as it says, and not one more', async () => {
    const { actOften } = await limited();
    expect(await actOften(3 * LIMIT)).toBe(LIMIT);
  });

  it('is one for all connections of a user, and none for another user', async () => {
    const { chat, actOften } = await limited();
    await actOften(LIMIT);
    const phone = await chat.connect('alice', { device: 'phone' });
    await expect(limitRate(chat.ports, phone, 'leave')).rejects.toMatchObject({
      code: 'rate_limited',
    });
    const bob = await chat.connect('bob');
    await limitRate(chat.ports, bob, 'leave');
  });

  it.each(TYPES)('knows whether it counts: %s, free: %s', async (type, free) => {
    const { act, actOften } = await limited();
    await actOften(LIMIT);
    expect((await act(type)) === undefined).toBe(free);
  });

  it('gives a wait that is long enough, and no longer than it takes', async () => {
    const bursts = fc.array(fc.record({ after: fc.nat(MINUTE_MS), times: fc.nat(60) }));
    await fc.assert(
      fc.asyncProperty(fc.integer({ min: 1, max: 100 }), bursts, async (limit, some) => {
        const { chat, act, actOften } = await limited(limit);
        for (const { after, times } of some) {
          chat.ports.clock.advance(after);
          await actOften(times);
        }
        const wait = await act();
        if (wait === undefined) return;
        expect(wait).toBeGreaterThan(0);
        expect(wait).toBeLessThanOrEqual(1.05 * MINUTE_MS);
        chat.ports.clock.advance(wait - 1);
        expect(await act()).toBe(1);
        chat.ports.clock.advance(1);
        expect(await act()).toBeUndefined();
      }),
    );
  });

  it('holds for any sixty seconds, and gives who never stops to try 95 % of it', async () => {
    const { chat, act } = await limited();
    const allowed: number[] = [];
    for (let tries = 0; tries < 10 * MINUTE_MS; tries += 100) {
      chat.ports.clock.advance(100);
      if ((await act()) === undefined) allowed.push(chat.ports.clock.now());
    }
    for (const start of allowed) {
      const within = allowed.filter((at) => at >= start && at < start + MINUTE_MS);
      expect(within.length).toBeLessThanOrEqual(LIMIT);
    }
    expect(allowed.length).toBeGreaterThanOrEqual(0.95 * 10 * LIMIT);
  });

  it('leaves a message that is over it unsent, and its localId unused', async () => {
    const { chat, alice, actOften } = await limited();
    const conversationId = await chat.direct(alice, 'bob');
    await actOften(LIMIT);
    const frame = { type: 'send_message', localId: 'one', conversationId, content: 'hello' };
    const refused = await chat.expect(alice, 'error', frame);
    expect(refused).toMatchObject({ code: 'rate_limited', retryable: true, localId: 'one' });
    expect(chat.ports.conversations.headOf(conversationId)?.seq).toBe(1);
    chat.ports.clock.advance(refused.retryAfterMs ?? 0);
    expect(await chat.expect(alice, 'ack', frame)).toMatchObject({ seq: 2 });
  });

  it('names what is free in docs/PROTOCOL.md', () => {
    const { text } = sectionOf(readSections(), 'Limits');
    const [, listed = ''] = /^Not counted are .*?: (.*?)\./m.exec(text) ?? [];
    const named = [...listed.matchAll(/`(\w+)`/g)].map(([, type]) => type);
    const free = TYPES.filter(([, isFree]) => isFree).map(([type]) => type);
    expect(new Set(named)).toEqual(new Set(free));
  });
});
