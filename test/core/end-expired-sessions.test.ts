import { MemoryChat } from '../support/memory-chat.ts';

const HOUR_MS = 60 * 60 * 1_000;

/** Bob's connection has come to its end, and alice says something: what bob's socket gets after what it had. */
async function endAfter(milliseconds: number, tokenMs: number) {
  const chat = new MemoryChat();
  const start = chat.ports.clock.now();
  const alice = await chat.connect('alice', { tokenEnd: start + 24 * HOUR_MS });
  const bob = await chat.connect('bob', { tokenEnd: start + tokenMs });
  const conversationId = await chat.direct(alice, 'bob');
  await chat.deliver();
  const had = chat.framesOf(bob).length;
  chat.ports.clock.advance(milliseconds);
  await chat.send(alice, conversationId, 'one');
  await chat.deliver();
  return { chat, bob, got: chat.framesOf(bob).slice(had) };
}

describe('a session that has ended', () => {
  it('was ended by its token, where that ends within two hours', async () => {
    const { got } = await endAfter(HOUR_MS, HOUR_MS);
    expect(got).toEqual([{ type: 'closing', code: 'token_expired', reconnect: true }]);
  });

  it('was ended by its age, where the token goes on after two hours', async () => {
    const { got } = await endAfter(2 * HOUR_MS, 3 * HOUR_MS);
    expect(got).toEqual([{ type: 'closing', code: 'session_expired', reconnect: true }]);
  });

  it.each([
    [HOUR_MS, HOUR_MS],
    [2 * HOUR_MS, 3 * HOUR_MS],
  ])('leaves no open socket and no row behind (%i ms)', async (milliseconds, tokenMs) => {
    const { chat, bob } = await endAfter(milliseconds, tokenMs);
    expect(chat.ports.connections.isOpen(bob.connectionId)).toBe(false);
    expect(chat.ports.users.sessionsOf('bob')).toEqual([]);
  });

  it('keeps its row where the socket could not be closed, and is closed by the next fan-out', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice', { tokenEnd: chat.ports.clock.now() + 24 * HOUR_MS });
    const bob = await chat.connect('bob');
    const conversationId = await chat.direct(alice, 'bob');
    await chat.deliver();
    chat.ports.clock.advance(HOUR_MS);
    chat.ports.connections.answer(bob.connectionId, 'failed', 'failed');
    await chat.send(alice, conversationId, 'one');
    await chat.deliver();
    expect(chat.ports.users.sessionsOf('bob')).toHaveLength(1);
    await chat.send(alice, conversationId, 'two');
    await chat.deliver();
    expect(chat.ports.users.sessionsOf('bob')).toEqual([]);
    expect(chat.eventsOf(bob).map(({ seq }) => seq)).toEqual([1]);
  });
});
