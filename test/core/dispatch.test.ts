import { COMMANDS } from '../../lambdas/core/commands.ts';
import { dispatch } from '../../lambdas/core/dispatch.ts';
import { QUERIES } from '../../lambdas/core/queries.ts';
import { clientMessages, messageGroups } from '../../protocol/client-message.ts';
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

describe('dispatch', () => {
  it('has an action for every message, in one group and no other', () => {
    const served = [...Object.keys(COMMANDS), ...Object.keys(QUERIES)];
    expect(served.toSorted()).toEqual(Object.keys(clientMessages).toSorted());
  });

  it.each(TYPES)('answers %s as unknown wherever it is not of %s', async (type, group) => {
    const { chat, alice } = await aliceAndBob();
    const others = group === 'commands' ? QUERIES : COMMANDS;
    const body = JSON.stringify({ type, requestId: 'r-1' });
    expect(await dispatch(chat.ports, others, alice, body)).toEqual({
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
});
