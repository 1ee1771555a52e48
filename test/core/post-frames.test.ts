import { postFrames, type Delivery } from '../../lambdas/core/post-frames.ts';
import type { Session } from '../../lambdas/core/ports.ts';
import { createMemoryPorts } from '../memory/memory-ports.ts';

const MINUTE_MS = 60_000;

async function world() {
  const ports = createMemoryPorts();
  const deliveryTo = async (
    connectionId: string,
    frames: string[],
    age = MINUTE_MS,
  ): Promise<Delivery> => {
    const now = ports.clock.now();
    const session: Session = {
      connectionId,
      connectedAt: now - age,
      leaseEnd: now + MINUTE_MS,
      intervalMs: MINUTE_MS,
      expiresAt: now + MINUTE_MS,
      batch: false,
    };
    await ports.users.putSession(connectionId, session);
    return { userId: connectionId, session, frames };
  };
  const hasSession = async (userId: string) =>
    (await ports.users.getSessions(userId, 'eventual')).length > 0;
  return { ports, deliveryTo, hasSession };
}

describe('postFrames', () => {
  it('posts each connection its frames in order', async () => {
    const { ports, deliveryTo } = await world();
    ports.connections.open('a');
    ports.connections.open('b');
    await postFrames(
      ports,
      [await deliveryTo('a', ['1', '2']), await deliveryTo('b', ['3'])],
      Infinity,
    );
    expect(ports.connections.framesOf('a')).toEqual(['1', '2']);
    expect(ports.connections.framesOf('b')).toEqual(['3']);
  });

  it('F-05 removes the session of a connection that is gone, and goes on with the others', async () => {
    const { ports, deliveryTo, hasSession } = await world();
    ports.connections.open('b');
    await postFrames(
      ports,
      [await deliveryTo('gone', ['1', '2']), await deliveryTo('b', ['3'])],
      Infinity,
    );
    expect(await hasSession('gone')).toBe(false);
    expect(await hasSession('b')).toBe(true);
    expect(ports.connections.framesOf('b')).toEqual(['3']);
  });

  it('F-04 takes a connection for young that was so when it was posted to, however long that took', async () => {
    const { ports, deliveryTo, hasSession } = await world();
    ports.connections.open('young');
    ports.connections.answer('young', 'gone');
    const post = ports.connections.post.bind(ports.connections);
    ports.connections.post = async (...args) => {
      const outcome = await post(...args);
      ports.clock.advance(MINUTE_MS);
      return outcome;
    };
    await postFrames(ports, [await deliveryTo('young', ['1'], 9_000)], Infinity);
    expect(ports.connections.framesOf('young')).toEqual(['1']);
    expect(await hasSession('young')).toBe(true);
  });

  it('F-04 keeps the session of a connection that may not be open yet, and tries it again', async () => {
    const { ports, deliveryTo, hasSession } = await world();
    ports.connections.open('young');
    ports.connections.answer('young', 'gone', 'gone');
    await postFrames(ports, [await deliveryTo('young', ['1', '2'], 1_000)], Infinity);
    expect(ports.connections.framesOf('young')).toEqual(['1', '2']);
    expect(await hasSession('young')).toBe(true);
  });

  it.each(['limited', 'failed'] as const)(
    'F-06 tries a connection that is %s again, in order, without touching its session',
    async (outcome) => {
      const { ports, deliveryTo, hasSession } = await world();
      ports.connections.open('slow');
      ports.connections.answer('slow', outcome, outcome);
      await postFrames(ports, [await deliveryTo('slow', ['1', '2'])], Infinity);
      expect(ports.connections.framesOf('slow')).toEqual(['1', '2']);
      expect(await hasSession('slow')).toBe(true);
    },
  );

  it('F-06 gives up after six posts, and leaves that connection to gap recovery', async () => {
    const posts: string[] = [];
    const { ports, deliveryTo, hasSession } = await world();
    const counting = {
      post: async (connectionId: string) => {
        posts.push(connectionId);
        return connectionId === 'slow' ? ('limited' as const) : ('sent' as const);
      },
      close: async () => 'sent' as const,
    };
    const deliveries = [await deliveryTo('slow', ['1']), await deliveryTo('quick', ['2'])];
    await postFrames({ ...ports, connections: counting }, deliveries, Infinity);
    expect(posts.filter((id) => id === 'slow')).toHaveLength(6);
    expect(posts.filter((id) => id === 'quick')).toHaveLength(1);
    expect(await hasSession('slow')).toBe(true);
  });

  it('F-06 begins no further try once its time is up', async () => {
    const { ports, deliveryTo } = await world();
    const posts: number[] = [];
    const start = ports.clock.now();
    const hanging = {
      post: async () => {
        posts.push(ports.clock.now() - start);
        ports.clock.advance(3_000);
        return 'failed' as const;
      },
      close: async () => 'sent' as const,
    };
    const delivery = await deliveryTo('hanging', ['1']);
    const givenUp = await postFrames({ ...ports, connections: hanging }, [delivery], start + 5_000);
    expect(posts).toHaveLength(2);
    expect(givenUp).toEqual(['hanging']);
  });

  it('F-07 does not repeat a post that is forbidden; it says so and removes nothing', async () => {
    const { ports, deliveryTo, hasSession } = await world();
    ports.connections.open('a');
    ports.connections.answer('a', 'forbidden');
    await postFrames(ports, [await deliveryTo('a', ['1', '2'])], Infinity);
    expect(ports.connections.framesOf('a')).toEqual([]);
    expect(await hasSession('a')).toBe(true);
    expect(ports.log.lines).toContainEqual(
      expect.objectContaining({ level: 'error', event: 'post_forbidden' }),
    );
  });

  it('skips a frame that can never be delivered and goes on with the next', async () => {
    const { ports, deliveryTo } = await world();
    ports.connections.open('a');
    ports.connections.answer('a', 'rejected');
    await postFrames(ports, [await deliveryTo('a', ['1', '2'])], Infinity);
    expect(ports.connections.framesOf('a')).toEqual(['2']);
  });
});
