import { Unavailable } from '../../lambdas/core/ports.ts';
import type { FanOutPorts, NudgeReceipts, Ports } from '../../lambdas/core/ports.ts';
import { headOf, localOf, memberOf, messageOf, sessionOf } from '../contract/rows.ts';
import { OPEN_GATES } from './gates.ts';
import type { PortCall } from './gates.ts';
import { createMemoryPorts } from './memory-ports.ts';

describe('memory ports', () => {
  it('are what an action and the worker need', () => {
    const world = createMemoryPorts();
    const ports: Ports = world;
    const workerPorts: FanOutPorts & { readonly receipts: NudgeReceipts } = world;
    expect(workerPorts.conversations).toBe(ports.conversations);
  });

  it('share nothing between two worlds', async () => {
    const [one, other] = [createMemoryPorts(), createMemoryPorts()];
    await one.users.putSession('alice', sessionOf('a'));
    one.clock.advance(5);
    expect(other.users.sessionsOf('alice')).toEqual([]);
    expect(one.clock.now() - other.clock.now()).toBe(5);
  });

  it('give out rows that nobody can change, and keep nobody’s hands on them', async () => {
    const { conversations } = createMemoryPorts();
    const stays = [{ joined: 1, left: 2 }];
    await conversations.commit([
      { kind: 'create_member', member: memberOf('g_1', 'alice', { stays }) },
    ]);
    stays.push({ joined: 9, left: 10 });
    const member = await conversations.getMember('g_1', 'alice');
    expect(member?.stays).toEqual([{ joined: 1, left: 2 }]);
    expect(() => Object.assign(member?.stays[0] ?? {}, { left: 3 })).toThrow('read only');
  });

  it('repeat themselves for the same seed, and differ for another', () => {
    expect(draw(7)).toEqual(draw(7));
    expect(draw(7)).not.toEqual(draw(8));
  });

  it('sleep in no time, by moving the clock', async () => {
    const { clock, timer } = createMemoryPorts({ start: 1_000 });
    await timer.sleep(86_400_000);
    expect(clock.now()).toBe(86_401_000);
  });

  describe('behind gates', () => {
    it('have no effect when the gate before it fails', async () => {
      const { conversations } = createMemoryPorts({ gates: failing('putLocal', 'before') });
      await expect(conversations.putLocal(localOf('g_1'))).rejects.toThrow(Unavailable);
      expect(conversations.localOf('g_1', 'alice', localOf('g_1').localId)).toBeUndefined();
    });

    it('have had their effect when the gate after it fails', async () => {
      const { conversations } = createMemoryPorts({ gates: failing('putLocal', 'after') });
      await expect(conversations.putLocal(localOf('g_1'))).rejects.toThrow(Unavailable);
      expect(conversations.localOf('g_1', 'alice', localOf('g_1').localId)).toEqual(localOf('g_1'));
    });

    it('read what is there when the gate opens, not when they were called', async () => {
      const opens: (() => void)[] = [];
      const gates = {
        ...OPEN_GATES,
        before: ({ method }: PortCall) =>
          method === 'getEvent'
            ? new Promise<void>((resolve) => {
                opens.push(resolve);
              })
            : Promise.resolve(),
      };
      const { conversations } = createMemoryPorts({ gates });
      const reading = conversations.getEvent('g_1', 1);
      await conversations.putEvent(messageOf('g_1', 1));
      for (const open of opens) open();
      expect(await reading).toEqual(messageOf('g_1', 1));
    });

    it('name every call that is no plain reading of clock, random or log', async () => {
      const calls: string[] = [];
      const before = ({ port, method }: PortCall) => {
        calls.push(`${port}.${method}`);
        return Promise.resolve();
      };
      const ports = createMemoryPorts({ gates: { ...OPEN_GATES, before } });
      await ports.queue.nudge('g_1', 1);
      await ports.receipts.giveBack('receipt', 1);
      await ports.connections.post('a', '{}');
      await ports.users.getSessions('alice', 'eventual');
      await ports.conversations.getHead('g_1');
      await ports.timer.sleep(1);
      ports.log.write('info', 'said');
      expect(calls).toEqual([
        'queue.nudge',
        'receipts.giveBack',
        'connections.post',
        'users.getSessions',
        'conversations.getHead',
        'timer.sleep',
      ]);
      expect(ports.log.events()).toEqual(['said']);
    });
  });

  describe('made to answer in parts', () => {
    it('leave keys of a batch unprocessed', async () => {
      const { users, conversations } = createMemoryPorts({
        users: { batchSize: 1 },
        conversations: { batchSize: 2 },
      });
      await users.putSession('alice', sessionOf('a'));
      const sessions = await users.batchGetSessions(['alice', 'bob', 'carol']);
      expect([...sessions.found.keys()]).toEqual(['alice']);
      expect(sessions.unprocessed).toEqual(['bob', 'carol']);
      const heads = await conversations.getHeads(['g_1', 'g_2', 'g_3'], 'eventual');
      expect(heads.unprocessed).toEqual(['g_3']);
    });

    it('cut pages short, and say where to go on', async () => {
      const { conversations } = createMemoryPorts({ conversations: { pageSize: 2 } });
      for (const seq of [1, 2, 3, 4]) await conversations.putEvent(messageOf('g_1', seq));
      const range = { conversationId: 'g_1', from: 1, to: 4, limit: 100 };
      const up = await conversations.listEvents({ ...range, newestFirst: false });
      expect([up.events.map(({ seq }) => seq), up.next]).toEqual([[1, 2], 3]);
      const down = await conversations.listEvents({ ...range, newestFirst: true });
      expect([down.events.map(({ seq }) => seq), down.next]).toEqual([[4, 3], 2]);
    });

    it('answer an eventually consistent read with what was there before', async () => {
      const { conversations } = createMemoryPorts({ conversations: { stale: () => true } });
      await conversations.commit([{ kind: 'create_head', head: headOf('g_1') }]);
      await conversations.takeNumber('g_1', 'alice', 5);
      const seqOf = async (consistency: 'eventual' | 'consistent') =>
        (await conversations.getHeads(['g_1'], consistency)).found.get('g_1')?.seq;
      expect(await seqOf('eventual')).toBe(0);
      expect(await seqOf('consistent')).toBe(1);
    });
  });

  describe('the queue', () => {
    it('hides what was received for the visibility time-out, and those behind it', async () => {
      const { queue, clock } = createMemoryPorts({ queue: { visibilityTimeout: 60_000 } });
      await queue.nudge('g_1', 1);
      expect(queue.receive(1)).toHaveLength(1);
      await queue.nudge('g_1', 2);
      clock.advance(59_999);
      expect(queue.receive()).toEqual([]);
      clock.advance(1);
      expect(queue.receive().map(({ seq, receiveCount }) => [seq, receiveCount])).toEqual([
        [1, 2],
        [2, 1],
      ]);
    });

    it('removes nothing for a receipt that is not the latest', async () => {
      const { queue, clock } = createMemoryPorts();
      await queue.nudge('g_1', 1);
      const [first] = queue.receive();
      clock.advance(60_000);
      const [second] = queue.receive();
      queue.remove(first?.receiptHandle ?? '');
      expect(queue.waiting).toHaveLength(1);
      queue.remove(second?.receiptHandle ?? '');
      expect(queue.waiting).toEqual([]);
    });

    it('puts aside what was received too often, and goes on with the next', async () => {
      const { queue } = createMemoryPorts({ queue: { maxReceiveCount: 2 } });
      await queue.nudge('g_1', 1);
      for (let round = 1; round <= 2; round += 1) {
        const [nudge] = queue.receive(1);
        await queue.giveBack(nudge?.receiptHandle ?? '', 0);
      }
      await queue.nudge('g_1', 2);
      expect(queue.receive().map(({ seq }) => seq)).toEqual([2]);
      expect(queue.deadLetters.map(({ seq }) => seq)).toEqual([1]);
    });

    it('says when something can be received next', async () => {
      const { queue, clock } = createMemoryPorts();
      expect(queue.nextAt).toBeUndefined();
      await queue.nudge('g_1', 1);
      const [nudge] = queue.receive();
      await queue.giveBack(nudge?.receiptHandle ?? '', 2);
      expect(queue.nextAt).toBe(clock.now() + 2_000);
    });
  });

  it('answer posts as a test tells them to, then as the connection is', async () => {
    const { connections } = createMemoryPorts();
    connections.open('a');
    connections.answer('a', 'limited', 'failed');
    const outcomes = [];
    for (const frame of ['1', '2', '3']) outcomes.push(await connections.post('a', frame));
    expect(outcomes).toEqual(['limited', 'failed', 'sent']);
    expect(connections.framesOf('a')).toEqual(['3']);
  });
});

/** Gates that fail one call, before or after its effect. */
function failing(method: string, at: 'before' | 'after') {
  return {
    ...OPEN_GATES,
    [at]: (call: PortCall) =>
      call.method === method ? Promise.reject(new Unavailable('chaos')) : Promise.resolve(),
  };
}

function draw(seed: number) {
  const { random } = createMemoryPorts({ seed });
  return [random.id(), random.fraction(), random.id(), random.fraction()];
}
