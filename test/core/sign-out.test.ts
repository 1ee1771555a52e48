import { MemoryChat } from '../support/memory-chat.ts';

const CLOSING = { type: 'closing', code: 'signed_out', reconnect: false };
const MINUTE_MS = 60_000;

/** Alice on three devices, and bob. */
async function aliceOnThree() {
  const chat = new MemoryChat();
  const phone = await chat.connect('alice', { device: 'phone' });
  const laptop = await chat.connect('alice', { device: 'laptop' });
  const tablet = await chat.connect('alice', { device: 'tablet' });
  const bob = await chat.connect('bob');
  chat.ports.clock.advance(MINUTE_MS);
  const open = () =>
    [phone, laptop, tablet, bob]
      .map(({ connectionId }) => connectionId)
      .filter((id) => chat.ports.connections.isOpen(id));
  const sessions = () =>
    chat.ports.users.sessionsOf('alice').map(({ connectionId }) => connectionId);
  return { chat, phone, laptop, tablet, bob, open, sessions };
}

describe('who signs out', () => {
  it('on one connection, closes that one, with a word before, and no other', async () => {
    const { chat, phone, laptop, open, sessions } = await aliceOnThree();
    expect(await chat.ask(phone, { type: 'sign_out' })).toEqual({ type: 'signed_out' });
    expect(chat.framesOf(phone)).toEqual([CLOSING]);
    expect(chat.framesOf(laptop)).toEqual([]);
    expect(open()).toEqual(['alice-laptop', 'alice-tablet', 'bob-1']);
    expect(sessions()).toEqual(['alice-laptop', 'alice-tablet']);
  });

  it('everywhere, closes all of them at once, each with a word before, and nobody else’s', async () => {
    const { chat, phone, laptop, tablet, bob, open, sessions } = await aliceOnThree();
    const frame = { type: 'sign_out', everywhere: true };
    expect(await chat.ask(phone, frame)).toEqual({ type: 'signed_out' });
    for (const device of [phone, laptop, tablet]) expect(chat.framesOf(device)).toEqual([CLOSING]);
    expect(chat.framesOf(bob)).toEqual([]);
    expect(open()).toEqual(['bob-1']);
    expect(sessions()).toEqual([]);
  });

  it('is told to ask again while another one is open, on a connection that is open too', async () => {
    const { chat, phone, open } = await aliceOnThree();
    const frame = { type: 'sign_out', everywhere: true };
    chat.ports.connections.answer('alice-laptop', 'limited', 'failed');
    expect(await chat.ask(phone, frame)).toMatchObject({ code: 'busy', retryable: true });
    expect(open()).toEqual(['alice-phone', 'alice-laptop', 'bob-1']);
    expect(chat.framesOf(phone)).toEqual([]);
    expect(await chat.ask(phone, frame)).toEqual({ type: 'signed_out' });
    expect(open()).toEqual(['bob-1']);
  });

  it('everywhere, forgets connections that are gone', async () => {
    const { chat, phone, sessions } = await aliceOnThree();
    chat.ports.connections.drop('alice-laptop');
    expect(await chat.ask(phone, { type: 'sign_out', everywhere: true })).toEqual({
      type: 'signed_out',
    });
    expect(sessions()).toEqual([]);
  });

  it('gets nothing any more of what is said afterwards', async () => {
    const { chat, phone, laptop, tablet, bob } = await aliceOnThree();
    await chat.direct(bob, 'alice');
    await chat.ask(phone, { type: 'sign_out', everywhere: true });
    await chat.deliver();
    expect([phone, laptop, tablet].flatMap((device) => chat.eventsOf(device))).toEqual([]);
  });

  it('is not held up by the limit of requests a minute', async () => {
    const { chat, phone } = await aliceOnThree();
    chat.ports.settings.limits.messagesPerMinute = 1;
    await chat.ask(phone, { type: 'leave', conversationId: 'g_1' });
    expect(await chat.ask(phone, { type: 'sign_out' })).toEqual({ type: 'signed_out' });
  });
});
