import { setImmediate } from 'node:timers/promises';
import { COMMANDS } from '../../lambdas/core/commands.ts';
import { dispatch } from '../../lambdas/core/dispatch.ts';
import { IDENTITY } from '../../lambdas/core/identity.ts';
import { QUERIES } from '../../lambdas/core/queries.ts';
import { SIGNALS } from '../../lambdas/core/signals.ts';
import { Unavailable } from '../../lambdas/core/ports.ts';
import { clientMessages, messageGroups } from '../../protocol/client-message.ts';
import { HEARTBEAT } from '../../protocol/limits.ts';
import { MemoryChat } from '../support/memory-chat.ts';

const TYPES = Object.entries(messageGroups);
const SEND = { type: 'send_message', localId: 'one', content: 'hello' };

async function aliceAndBob() {
  const chat = new MemoryChat();
  const alice = await chat.connect('alice');
  const conversationId = await chat.direct(alice, 'bob');
  await chat.deliver();
  return { chat, alice, conversationId };
}

/**
 * A world in which writes of sessions, and reads of bob's group, take their time, and reads of heads and of
 * carol's group fail at once.
 */
async function slowWorld() {
  const underWay = new Set<unknown>();
  let isSlow = false;
  const chat = new MemoryChat({
    gates: {
      before: async (call) => {
        if (!isSlow) return;
        const about = JSON.stringify(call.args);
        if (call.method === 'getHeads' && about.includes('eventual')) throw new Unavailable('now');
        if (call.method === 'listEvents' && about.includes(carols)) throw new Unavailable('now');
        underWay.add(call);
        for (let turns = 0; turns < 20; turns += 1) await setImmediate();
      },
      after: async (call) => void underWay.delete(call),
    },
  });
  const alice = await chat.connect('alice');
  const bobs = await chat.direct(alice, 'bob');
  const carols = await chat.direct(alice, 'carol');
  // The lease has to be renewed.
  chat.ports.clock.advance(HEARTBEAT.longest);
  isSlow = true;
  const frames: Readonly<Record<string, unknown>> = {
    send_message: { ...SEND, conversationId: 'd_nothing' },
    ping: { type: 'ping', cursors: { [bobs]: { seq: 1 } } },
    list_conversations: { type: 'list_conversations' },
  };
  return { chat, alice, underWay, frames };
}

describe('dispatch', () => {
  it('has an action for every message, in one group and no other', () => {
    const served = [COMMANDS, QUERIES, SIGNALS, IDENTITY].flatMap((actions) =>
      Object.keys(actions),
    );
    expect(served.toSorted()).toEqual(Object.keys(clientMessages).toSorted());
  });

  it.each(TYPES)('answers %s as unknown wherever it is not of %s', async (type, group) => {
    const { chat, alice } = await aliceAndBob();
    const groups = { commands: COMMANDS, queries: QUERIES, signals: SIGNALS, identity: IDENTITY };
    const { [group]: _, ...others } = groups;
    const actions = Object.assign({}, ...Object.values(others)) as typeof COMMANDS;
    const body = JSON.stringify({ type, requestId: 'r-1' });
    expect(await dispatch(chat.ports, actions, alice, body)).toEqual({
      type: 'error',
      code: 'unknown_type',
      message: expect.any(String) as string,
      retryable: false,
      requestId: 'r-1',
    });
  });

  it('does nothing of what another function serves, whichever of two types the frame was routed by', async () => {
    const { chat, alice, conversationId } = await aliceAndBob();
    const send = JSON.stringify({ ...SEND, conversationId });
    // JSON.parse takes the last of two equal keys; whoever routes may take the first.
    const routedAsPing = `{"type":"ping",${send.slice(1)}`;
    expect(await dispatch(chat.ports, QUERIES, alice, routedAsPing)).toMatchObject({
      type: 'error',
      code: 'unknown_type',
      localId: 'one',
    });
    expect(chat.ports.conversations.headOf(conversationId)?.seq).toBe(1);
    expect(chat.ports.queue.waiting).toEqual([]);
  });

  it.each([
    ['a message that is refused', 'send_message'],
    ['a ping whose heads cannot be read', 'ping'],
    ['a list of which one conversation cannot be read', 'list_conversations'],
  ])(
    'F-16 waits for every call before it answers %s: what runs on is frozen',
    async (_what, type) => {
      const { chat, alice, underWay, frames } = await slowWorld();
      const answer = await chat.ask(alice, frames[type]);
      expect([answer.type, underWay.size]).toEqual(['error', 0]);
    },
  );
});
