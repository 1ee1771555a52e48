import { LIMITS } from '../../protocol/limits.ts';
import { Unavailable } from '../../lambdas/core/ports.ts';
import { MemoryChat } from '../support/memory-chat.ts';

async function aliceAndBob() {
  const chat = new MemoryChat();
  const alice = await chat.connect('alice');
  const bob = await chat.connect('bob');
  const conversationId = await chat.direct(alice, 'bob');
  await chat.deliver();
  return { chat, alice, bob, conversationId };
}

describe('send_message', () => {
  it('acks with the place of the message, and everyone else gets it there', async () => {
    const { chat, alice, bob, conversationId } = await aliceAndBob();
    const ack = await chat.send(alice, conversationId, 'one', 'hello');
    await chat.deliver();
    expect(ack).toMatchObject({ localId: 'one', conversationId, seq: 2 });
    const { conversationId: id, serverId, seq, epoch, timestamp } = ack;
    expect(chat.eventsOf(bob).at(-1)).toEqual({
      type: 'message',
      conversationId: id,
      serverId,
      seq,
      epoch,
      timestamp,
      senderId: 'alice',
      localId: 'one',
      content: 'hello',
      contentType: 'text/plain',
    });
  });

  it('never echoes to the socket that sent, but tells the sender’s other devices', async () => {
    const { chat, alice, conversationId } = await aliceAndBob();
    const phone = await chat.connect('alice', { device: 'phone' });
    await chat.send(alice, conversationId, 'one');
    await chat.deliver();
    expect(chat.eventsOf(alice).map(({ type }) => type)).toEqual(['conversation_created']);
    expect(chat.eventsOf(phone).map(({ seq }) => seq)).toEqual([2]);
  });

  it('gives the same ack for the same localId, one after the other and at once', async () => {
    const { chat, alice, bob, conversationId } = await aliceAndBob();
    const atOnce = await Promise.all(
      Array.from({ length: 5 }, () => chat.send(alice, conversationId, 'one', 'hello')),
    );
    const later = await chat.send(alice, conversationId, 'one', 'hello');
    expect(new Set([...atOnce, later].map((ack) => JSON.stringify(ack))).size).toBe(1);
    await chat.deliver();
    expect(chat.eventsOf(bob).filter(({ type }) => type === 'message')).toHaveLength(1);
  });

  it('refuses the same localId with other content, and changes nothing', async () => {
    const { chat, alice, conversationId } = await aliceAndBob();
    const ack = await chat.send(alice, conversationId, 'one', 'hello');
    const frame = { type: 'send_message', conversationId, localId: 'one', content: 'other' };
    expect(await chat.ask(alice, frame)).toMatchObject({
      type: 'error',
      code: 'local_id_reused',
      localId: 'one',
    });
    expect(await chat.send(alice, conversationId, 'one', 'hello')).toEqual(ack);
  });

  it('keeps a localId to its sender and its conversation', async () => {
    const { chat, alice, bob, conversationId } = await aliceAndBob();
    const other = await chat.direct(alice, 'carol');
    const acks = [
      await chat.send(alice, conversationId, 'same', 'a'),
      await chat.send(bob, conversationId, 'same', 'b'),
      await chat.send(alice, other, 'same', 'c'),
    ];
    expect(acks.map(({ seq }) => seq)).toEqual([2, 3, 2]);
  });

  it('answers a stranger as if there were no conversation, byte for byte', async () => {
    const { chat, conversationId } = await aliceAndBob();
    const carol = await chat.connect('carol');
    const frame = { type: 'send_message', localId: 'one', content: 'let me in' };
    const notMember = await chat.ask(carol, { ...frame, conversationId });
    const notThere = await chat.ask(carol, { ...frame, conversationId: 'd_nothing' });
    expect(notMember).toMatchObject({ type: 'error', code: 'not_found', retryable: false });
    expect(JSON.stringify(notMember)).toBe(JSON.stringify(notThere));
    await chat.deliver();
    expect(chat.ports.conversations.headOf(conversationId)?.seq).toBe(1);
  });

  it('replies to a message that is there, and records the refusal of one that is not', async () => {
    const { chat, alice, bob, conversationId } = await aliceAndBob();
    const { serverId } = await chat.send(alice, conversationId, 'one');
    const reply = {
      type: 'send_message',
      conversationId,
      localId: 'two',
      content: 'yes',
      replyTo: serverId,
    };
    await chat.expect(bob, 'ack', reply);
    const stray = { ...reply, localId: 'three', replyTo: `${serverId}9` };
    expect(await chat.ask(bob, stray)).toMatchObject({ code: 'message_not_found' });
    // The localId is spent: nothing can be smuggled in under it later.
    expect(await chat.ask(bob, { ...reply, localId: 'three' })).toMatchObject({
      code: 'local_id_reused',
    });
    await chat.deliver();
    expect(chat.eventsOf(alice).at(-1)).toMatchObject({ type: 'message', replyTo: serverId });
  });

  it('measures content in UTF-8 bytes as JSON', async () => {
    const { chat, alice, conversationId } = await aliceAndBob();
    const room = LIMITS.contentBytes - 2;
    await chat.send(alice, conversationId, 'fits', 'ä'.repeat(room / 2));
    const frame = {
      type: 'send_message',
      conversationId,
      localId: 'over',
      content: 'ä'.repeat(room / 2 + 1),
    };
    expect(await chat.ask(alice, frame)).toMatchObject({ code: 'too_large', localId: 'over' });
  });

  it('F-72 replaces lone surrogates and NUL', async () => {
    const { chat, alice, bob, conversationId } = await aliceAndBob();
    await chat.send(alice, conversationId, 'one', 'a\uD800b\0c😀');
    await chat.deliver();
    expect(chat.eventsOf(bob).at(-1)).toMatchObject({ content: 'a\uFFFDb\uFFFDc😀' });
  });

  it('asks for the nudge again when a retry finds the message stored', async () => {
    let failures = 1;
    const chat = new MemoryChat({
      gates: {
        before: async ({ method, args }) => {
          if (method === 'nudge' && args[1] === 2 && failures-- > 0) throw new Unavailable('lost');
        },
        after: async () => {},
      },
    });
    const alice = await chat.connect('alice');
    const bob = await chat.connect('bob');
    const conversationId = await chat.direct(alice, 'bob');
    const frame = { type: 'send_message', conversationId, localId: 'one', content: 'hello' };
    expect(await chat.ask(alice, frame)).toMatchObject({ code: 'busy', retryable: true });
    await chat.expect(alice, 'ack', frame);
    await chat.deliver();
    expect(chat.eventsOf(bob).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('costs four writes and two reads on its plain way, and two of blocks between two', async () => {
    const calls: string[] = [];
    const chat = new MemoryChat({
      gates: {
        before: async ({ port, method }) => void calls.push(`${port}.${method}`),
        after: async () => {},
      },
    });
    const alice = await chat.connect('alice');
    const conversationId = await chat.direct(alice, 'bob');
    calls.length = 0;
    await chat.send(alice, conversationId, 'one');
    expect(calls.toSorted()).toEqual([
      'conversations.getLocal',
      'conversations.getMember',
      'conversations.putEvent',
      'conversations.putLocal',
      'conversations.takeNumber',
      'queue.nudge',
      'users.countAction',
      'users.getBlocked',
      'users.getBlockers',
      'users.getSessions',
    ]);
  });
});
