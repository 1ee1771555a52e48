import * as fc from 'fast-check';
import { HEARTBEAT } from '../../protocol/limits.ts';
import { connect } from '../../lambdas/core/connect.ts';
import { disconnect } from '../../lambdas/core/disconnect.ts';
import { Unavailable } from '../../lambdas/core/ports.ts';
import type { PortCall } from '../memory/gates.ts';
import { MemoryChat } from '../support/memory-chat.ts';

const SECOND_MS = 1_000;
const HOUR_MS = 3_600 * SECOND_MS;
const LIST = { type: 'list_conversations' };

/** The connections of a user's sessions. */
function sessionsOf(chat: MemoryChat, userId: string): string[] {
  return chat.ports.users.sessionsOf(userId).map(({ connectionId }) => connectionId);
}

/** A chat whose calls of the users' table are written down, and fail while `failing` says so. */
function watchedChat() {
  const calls: string[] = [];
  const failing = { isOn: false };
  const before = async ({ port, method }: PortCall) => {
    if (port !== 'users') return;
    calls.push(method);
    if (failing.isOn && /session/i.test(method)) throw new Unavailable('injected');
  };
  const chat = new MemoryChat({ gates: { before, after: async () => {} } });
  return { chat, calls, failing };
}

describe('a connection that opens', () => {
  it('is one of its user’s sessions: online for two heartbeats, reachable until its token ends', async () => {
    const chat = new MemoryChat();
    const now = chat.ports.clock.now();
    await chat.connect('alice', { batch: true, tokenEnd: now + HOUR_MS });
    expect(chat.ports.users.sessionsOf('alice')).toEqual([
      {
        connectionId: 'alice-1',
        connectedAt: now,
        leaseEnd: now + 2 * HEARTBEAT.default,
        intervalMs: HEARTBEAT.default,
        expiresAt: now + HOUR_MS,
        batch: true,
      },
    ]);
  });

  it('is reachable for two hours at most, however long its token lasts', async () => {
    const chat = new MemoryChat();
    const now = chat.ports.clock.now();
    await chat.connect('alice', { tokenEnd: now + 24 * HOUR_MS });
    expect(chat.ports.users.sessionsOf('alice')).toMatchObject([{ expiresAt: now + 2 * HOUR_MS }]);
  });

  it('F-04 is greeted by nobody: it is not open yet', async () => {
    const chat = new MemoryChat();
    expect(chat.framesOf(await chat.connect('alice'))).toEqual([]);
  });

  it('F-20 is one session though its event comes twice', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    await Promise.all([connect(chat.ports, alice), connect(chat.ports, alice)]);
    expect(sessionsOf(chat, 'alice')).toEqual(['alice-1']);
  });

  it('clears ended sessions away once there are many, and none that lives', async () => {
    const chat = new MemoryChat();
    const soon = chat.ports.clock.now() + SECOND_MS;
    for (let device = 1; device <= 6; device += 1) {
      await chat.connect('alice', { device: `old-${device}`, tokenEnd: soon });
      await chat.connect('alice', { device: `new-${device}` });
    }
    chat.ports.clock.advance(SECOND_MS);
    await chat.connect('alice', { device: 'last' });
    expect(sessionsOf(chat, 'alice')).toEqual([
      ...Array.from({ length: 6 }, (_, index) => `alice-new-${index + 1}`),
      'alice-last',
    ]);
  });
});

describe('a connection that has closed', () => {
  it('ends its own session and no other', async () => {
    const chat = new MemoryChat();
    const phone = await chat.connect('alice', { device: 'phone' });
    await chat.connect('alice', { device: 'laptop' });
    await chat.connect('bob');
    await disconnect(chat.ports, phone);
    expect(sessionsOf(chat, 'alice')).toEqual(['alice-laptop']);
    expect(sessionsOf(chat, 'bob')).toEqual(['bob-1']);
  });

  it('F-01 is found out by the next post where its $disconnect never comes', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const bob = await chat.connect('bob');
    const conversationId = await chat.direct(alice, 'bob');
    await chat.deliver();
    chat.ports.clock.advance(20 * SECOND_MS);
    chat.ports.connections.drop(bob.connectionId);
    const device = await chat.connect('bob', { device: 'next' });
    await chat.send(alice, conversationId, 'one');
    await chat.deliver();
    expect(sessionsOf(chat, 'bob')).toEqual(['bob-next']);
    expect(chat.eventsOf(device).map(({ seq }) => seq)).toEqual([2]);
  });

  it('F-01 is not online for longer than its lease where its $disconnect never comes', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    await chat.expect(alice, 'pong', { type: 'ping', intervalMs: 60_000 });
    const [session] = chat.ports.users.sessionsOf('alice');
    chat.ports.clock.advance(120_000);
    expect(session?.leaseEnd).toBe(chat.ports.clock.now());
  });

  it('F-02 takes nothing from the connection that came after it, however late its $disconnect is', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    const old = await chat.connect('bob', { device: 'old' });
    const conversationId = await chat.direct(alice, 'bob');
    chat.ports.connections.drop(old.connectionId);
    const reconnected = await chat.connect('bob', { device: 'new' });
    chat.ports.clock.advance(HOUR_MS / 2);
    await disconnect(chat.ports, old);
    expect(sessionsOf(chat, 'bob')).toEqual(['bob-new']);
    await chat.send(alice, conversationId, 'one');
    await chat.deliver();
    expect(chat.eventsOf(reconnected).map(({ seq }) => seq)).toEqual([1, 2]);
  });

  it('F-02 leaves those connections that are open, in whatever order opening and closing are told', async () => {
    const steps = fc.array(
      fc.record({ device: fc.integer({ min: 1, max: 4 }), opens: fc.boolean() }),
      { maxLength: 30 },
    );
    await fc.assert(
      fc.asyncProperty(steps, async (told) => {
        const chat = new MemoryChat();
        const open = new Set<string>();
        for (const { device, opens } of told) {
          const connectionId = `alice-${device}`;
          if (opens) await chat.connect('alice', { device: String(device) });
          else await disconnect(chat.ports, { userId: 'alice', connectionId });
          if (opens) open.add(connectionId);
          else open.delete(connectionId);
        }
        expect(new Set(sessionsOf(chat, 'alice'))).toEqual(open);
      }),
    );
  });

  it('F-20 may be told twice, and of a user who never was', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    await Promise.all([disconnect(chat.ports, alice), disconnect(chat.ports, alice)]);
    await disconnect(chat.ports, { userId: 'nobody', connectionId: 'x' });
    expect(sessionsOf(chat, 'alice')).toEqual([]);
  });
});

describe('an action', () => {
  it('keeps its user online, and writes for it only once half of the lease is gone', async () => {
    const { chat, calls } = watchedChat();
    const alice = await chat.connect('alice');
    const interval = HEARTBEAT.default;
    chat.ports.clock.advance(interval - 1);
    calls.length = 0;
    await chat.ask(alice, LIST);
    expect(calls).not.toContain('renewSession');
    chat.ports.clock.advance(1);
    await chat.ask(alice, LIST);
    expect(calls).toContain('renewSession');
    const leaseEnd = chat.ports.clock.now() + 2 * interval;
    expect(chat.ports.users.sessionsOf('alice')).toMatchObject([{ leaseEnd }]);
  });

  it('keeps to the interval that the last heartbeat announced', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    await chat.expect(alice, 'pong', { type: 'ping', intervalMs: 60_000 });
    chat.ports.clock.advance(60_000);
    await chat.ask(alice, LIST);
    const leaseEnd = chat.ports.clock.now() + 120_000;
    expect(chat.ports.users.sessionsOf('alice')).toMatchObject([{ leaseEnd, intervalMs: 60_000 }]);
  });

  it('keeps it online also when it is refused', async () => {
    const chat = new MemoryChat();
    const alice = await chat.connect('alice');
    chat.ports.clock.advance(HEARTBEAT.default);
    await chat.expect(alice, 'error', { type: 'list_messages', conversationId: 'nothing' });
    const leaseEnd = chat.ports.clock.now() + 2 * HEARTBEAT.default;
    expect(chat.ports.users.sessionsOf('alice')).toMatchObject([{ leaseEnd }]);
  });

  it('does not fail because its lease cannot be kept', async () => {
    const { chat, failing } = watchedChat();
    const alice = await chat.connect('alice');
    const conversationId = await chat.direct(alice, 'bob');
    failing.isOn = true;
    await chat.send(alice, conversationId, 'one');
    expect(chat.ports.log.lines).toContainEqual({
      level: 'warn',
      event: 'lease_not_kept',
      fields: { connectionId: alice.connectionId },
    });
  });

  it('is refused once its token has ended and its session says nothing else, and writes nothing any more', async () => {
    const { chat, calls } = watchedChat();
    const alice = await chat.connect('alice');
    chat.ports.clock.advance(HOUR_MS);
    calls.length = 0;
    expect(await chat.ask(alice, LIST)).toMatchObject({ code: 'unauthorized', retryable: false });
    expect(calls).toEqual(['getSessions']);
  });
});
