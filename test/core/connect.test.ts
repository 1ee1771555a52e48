import { HEARTBEAT } from '../../protocol/limits.ts';
import { MemoryChat } from '../support/memory-chat.ts';

const SECOND_MS = 1_000;
const MINUTE_MS = 60 * SECOND_MS;
const MOST = 3;
const CLOSING = { type: 'closing', code: 'too_many_connections', reconnect: false };

/** Alice has as many connections as she may have, one a minute. */
async function crowded(count = MOST) {
  const chat = new MemoryChat({ limits: { connectionsPerUser: MOST } });
  const devices = [];
  for (let device = 1; device <= count; device += 1) {
    devices.push(await chat.connect('alice', { device: String(device) }));
    chat.ports.clock.advance(MINUTE_MS);
  }
  const isOpen = (device: string): boolean => chat.ports.connections.isOpen(`alice-${device}`);
  const sessions = (): string[] =>
    chat.ports.users.sessionsOf('alice').map(({ connectionId }) => connectionId);
  return { chat, devices, isOpen, sessions };
}

describe('one connection more than a user may have', () => {
  it('closes the oldest, which is told why and not to come back', async () => {
    const { chat, devices, isOpen, sessions } = await crowded();
    const [first] = devices;
    await chat.connect('alice', { device: '4' });
    expect(['1', '2', '3', '4'].map(isOpen)).toEqual([false, true, true, true]);
    expect(sessions()).toEqual(['alice-2', 'alice-3', 'alice-4']);
    expect(first && chat.framesOf(first)).toEqual([CLOSING]);
  });

  it('closes nobody else’s, and nothing where there is room', async () => {
    const { chat, isOpen } = await crowded(MOST - 1);
    const bob = await chat.connect('bob');
    await chat.connect('alice', { device: '3' });
    expect(['1', '2', '3'].map(isOpen)).toEqual([true, true, true]);
    expect(chat.framesOf(bob)).toEqual([]);
  });

  it('closes those first that are silent for longer than their lease', async () => {
    const { chat, devices, isOpen } = await crowded();
    chat.ports.clock.advance(2 * HEARTBEAT.default);
    const [first, , third] = devices;
    for (const device of [first, third]) {
      if (device !== undefined) await chat.expect(device, 'pong', { type: 'ping' });
    }
    await chat.connect('alice', { device: '4' });
    expect(['1', '2', '3', '4'].map(isOpen)).toEqual([true, false, true, true]);
  });

  it('is not counted with connections whose time is over', async () => {
    const { chat, isOpen } = await crowded(MOST - 1);
    const soon = chat.ports.clock.now() + SECOND_MS;
    await chat.connect('alice', { device: 'ended', tokenEnd: soon });
    chat.ports.clock.advance(SECOND_MS);
    await chat.connect('alice', { device: '3' });
    expect(['1', '2', '3'].map(isOpen)).toEqual([true, true, true]);
  });

  it('makes room for itself where several open at once, and closes as many as are too many', async () => {
    const { chat, isOpen, sessions } = await crowded();
    await Promise.all(['4', '5'].map((device) => chat.connect('alice', { device })));
    expect(['1', '2', '3', '4', '5'].map(isOpen)).toEqual([false, false, true, true, true]);
    expect(sessions()).toHaveLength(MOST);
  });

  it('leaves one that could not be closed to the next, and opens all the same', async () => {
    const { chat, isOpen, sessions } = await crowded();
    chat.ports.connections.answer('alice-1', 'failed', 'failed');
    await chat.connect('alice', { device: '4' });
    expect(isOpen('1')).toBe(true);
    expect(sessions()).toHaveLength(MOST + 1);
    await chat.connect('alice', { device: '5' });
    expect(sessions()).toEqual(['alice-3', 'alice-4', 'alice-5']);
  });

  it('F-04 leaves one alone that is not open yet', async () => {
    const chat = new MemoryChat({ limits: { connectionsPerUser: 1 } });
    await chat.connect('alice');
    chat.ports.connections.drop('alice-1');
    await chat.connect('alice', { device: '2' });
    expect(chat.ports.users.sessionsOf('alice')).toHaveLength(2);
    chat.ports.clock.advance(10 * SECOND_MS);
    await chat.connect('alice', { device: '3' });
    expect(chat.ports.users.sessionsOf('alice')).toMatchObject([{ connectionId: 'alice-3' }]);
  });

  it('F-07 says so in the log where closing is forbidden', async () => {
    const { chat } = await crowded();
    chat.ports.connections.answer('alice-1', 'forbidden', 'forbidden');
    await chat.connect('alice', { device: '4' });
    expect(chat.ports.log.lines).toContainEqual({
      level: 'error',
      event: 'post_forbidden',
      fields: { connectionId: 'alice-1' },
    });
  });
});
