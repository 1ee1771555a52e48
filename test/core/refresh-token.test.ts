import { Unavailable } from '../../lambdas/core/ports.ts';
import type { PortCall } from '../memory/gates.ts';
import { MemoryChat } from '../support/memory-chat.ts';

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const LIST = { type: 'list_conversations' };
const UNAUTHORIZED = { type: 'error', code: 'unauthorized', retryable: false };

/** Alice and bob talk; alice's token ends in ten minutes. */
async function aliceForTenMinutes() {
  const failing: { method?: string } = {};
  const before = async ({ method }: PortCall) => {
    if (method === failing.method) throw new Unavailable('injected');
  };
  const chat = new MemoryChat({ gates: { before, after: async () => {} } });
  const start = chat.ports.clock.now();
  const tokenEnd = start + 10 * MINUTE_MS;
  const alice = await chat.connect('alice', { tokenEnd });
  const bob = await chat.connect('bob', { tokenEnd: start + 24 * HOUR_MS });
  const conversationId = await chat.direct(bob, 'alice');
  await chat.deliver();
  const refresh = (end: number, userId = 'alice') =>
    chat.ask(alice, { type: 'refresh_token', token: chat.ports.tokens.issue(userId, end) });
  const tell = async (localId: string) => {
    await chat.send(bob, conversationId, localId);
    await chat.deliver();
  };
  return { chat, start, tokenEnd, alice, bob, conversationId, failing, refresh, tell };
}

describe('a fresh token on an open connection', () => {
  it('lets it go on: it is served and told, until that token ends', async () => {
    const { chat, start, tokenEnd, alice, refresh, tell } = await aliceForTenMinutes();
    const end = start + 30 * MINUTE_MS;
    expect(await refresh(end)).toEqual({ type: 'token_refreshed', expiresAt: end });
    chat.ports.clock.advance(tokenEnd - start);
    expect(await chat.ask(alice, LIST)).toMatchObject({ type: 'conversations' });
    await tell('while-refreshed');
    expect(chat.eventsOf(alice).at(-1)).toMatchObject({ localId: 'while-refreshed' });
    chat.ports.clock.advance(end - tokenEnd);
    expect(await chat.ask(alice, LIST)).toMatchObject(UNAUTHORIZED);
    await tell('after-its-end');
    expect(chat.framesOf(alice).at(-1)).toEqual({
      type: 'closing',
      code: 'token_expired',
      reconnect: true,
    });
    expect(chat.ports.connections.isOpen(alice.connectionId)).toBe(false);
  });

  it('lets it go on for two hours at most', async () => {
    const { start, refresh } = await aliceForTenMinutes();
    expect(await refresh(start + 24 * HOUR_MS)).toMatchObject({ expiresAt: start + 2 * HOUR_MS });
  });

  it('may come again and again', async () => {
    const { chat, start, alice, refresh } = await aliceForTenMinutes();
    for (let minute = 9; minute < 100; minute += 9) {
      chat.ports.clock.advance(9 * MINUTE_MS);
      expect(await refresh(start + (minute + 10) * MINUTE_MS)).toMatchObject({
        type: 'token_refreshed',
      });
    }
    expect(await chat.ask(alice, { type: 'ping' })).toMatchObject({ type: 'pong' });
  });

  it('changes nothing where it ends earlier than the one that is there', async () => {
    const { chat, start, tokenEnd, alice, refresh } = await aliceForTenMinutes();
    expect(await refresh(start + MINUTE_MS)).toMatchObject({ expiresAt: tokenEnd });
    await refresh(start + 30 * MINUTE_MS);
    expect(await refresh(start + 20 * MINUTE_MS)).toMatchObject({
      expiresAt: start + 30 * MINUTE_MS,
    });
    chat.ports.clock.advance(25 * MINUTE_MS);
    expect(await chat.ask(alice, LIST)).toMatchObject({ type: 'conversations' });
  });

  it('is not undone by heartbeats and leases that are renewed', async () => {
    const { chat, start, alice, refresh } = await aliceForTenMinutes();
    await refresh(start + HOUR_MS);
    for (let minute = 0; minute < 55; minute += 5) {
      await chat.expect(alice, 'pong', { type: 'ping' });
      chat.ports.clock.advance(5 * MINUTE_MS);
      expect(await chat.ask(alice, LIST)).toMatchObject({ type: 'conversations' });
    }
    expect(chat.ports.users.sessionsOf('alice')).toMatchObject([{ expiresAt: start + HOUR_MS }]);
  });

  it.each([
    ['of somebody else', (chat: MemoryChat) => chat.ports.tokens.issue('bob', Infinity)],
    ['that has ended', (chat: MemoryChat) => chat.ports.tokens.issue('alice', 1)],
    ['that nobody issued', () => 'none'],
  ])('is refused if it is one %s, and the connection goes on with its own', async (_what, make) => {
    const { chat, tokenEnd, alice } = await aliceForTenMinutes();
    const token = make(chat);
    const refused = await chat.ask(alice, { type: 'refresh_token', token });
    expect(refused).toMatchObject(UNAUTHORIZED);
    expect(JSON.stringify([refused, chat.ports.log.lines])).not.toContain(token);
    expect(chat.ports.users.sessionsOf('alice')).toMatchObject([{ expiresAt: tokenEnd }]);
    expect(await chat.ask(alice, LIST)).toMatchObject({ type: 'conversations' });
  });

  it('comes too late once the one that is there has ended', async () => {
    const { chat, start, alice, refresh } = await aliceForTenMinutes();
    chat.ports.clock.advance(10 * MINUTE_MS);
    expect(await refresh(start + HOUR_MS)).toMatchObject(UNAUTHORIZED);
    expect(await chat.ask(alice, LIST)).toMatchObject(UNAUTHORIZED);
  });

  it('makes a session that was lost', async () => {
    const { chat, start, alice, refresh } = await aliceForTenMinutes();
    await chat.ports.users.removeSession('alice', alice.connectionId);
    expect(await refresh(start + HOUR_MS)).toMatchObject({ expiresAt: start + HOUR_MS });
    chat.ports.clock.advance(30 * MINUTE_MS);
    expect(await chat.ask(alice, LIST)).toMatchObject({ type: 'conversations' });
  });

  it('is for one connection, and leaves the others of its user as they are', async () => {
    const { chat, start, tokenEnd, refresh } = await aliceForTenMinutes();
    const phone = await chat.connect('alice', { device: 'phone', tokenEnd });
    await refresh(start + HOUR_MS);
    chat.ports.clock.advance(10 * MINUTE_MS);
    expect(await chat.ask(phone, LIST)).toMatchObject(UNAUTHORIZED);
  });

  it('is answered busy while the keys of the issuer cannot be had', async () => {
    const { start, failing, refresh } = await aliceForTenMinutes();
    failing.method = 'check';
    expect(await refresh(start + HOUR_MS)).toMatchObject({ code: 'busy', retryable: true });
  });

  it('reads what its session says consistently, once the handshake’s token has ended', async () => {
    const { chat, start, alice, refresh } = await aliceForTenMinutes();
    await refresh(start + HOUR_MS);
    chat.ports.clock.advance(10 * MINUTE_MS);
    const asked: unknown[] = [];
    const { users } = chat.ports;
    const getSessions = users.getSessions.bind(users);
    users.getSessions = (userId, consistency) => {
      asked.push(consistency);
      return getSessions(userId, consistency);
    };
    await chat.ask(alice, LIST);
    expect(asked[0]).toBe('consistent');
  });
});
