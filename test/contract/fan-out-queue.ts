import type { FanOutQueue, NudgeReceipts } from '../../lambdas/core/ports.ts';
import { newId } from './rows.ts';

/** A nudge as the poller hands it to the worker. */
export interface Received {
  readonly receiptHandle: string;
  readonly conversationId: string;
  readonly seq: number;
}

/** The queue with the side that the chat does not see. */
export interface QueueWorld {
  readonly queue: FanOutQueue;
  readonly receipts: NudgeReceipts;
  /** What can be received now. */
  receive(): Promise<readonly Received[]>;
  remove(receiptHandle: string): Promise<void>;
  stop(): Promise<void>;
}

/** What every implementation of {@link FanOutQueue} and {@link NudgeReceipts} must do. */
export function describeFanOutQueue(name: string, start: () => Promise<QueueWorld>): void {
  describe(`the fan-out queue ${name}`, () => {
    let world: QueueWorld;
    let id: string;

    beforeAll(async () => {
      world = await start();
    });

    afterAll(() => world?.stop());

    beforeEach(() => {
      id = newId('g');
    });

    /** The next nudges; what comes before them is nobody's. */
    async function receive(): Promise<readonly Received[]> {
      for (;;) {
        const received = await world.receive();
        if (received.length > 0) return received;
      }
    }

    async function removeAll(received: readonly Received[]): Promise<void> {
      for (const { receiptHandle } of received) await world.remove(receiptHandle);
    }

    it('brings a nudge with its conversation and seq', async () => {
      await world.queue.nudge(id, 7);
      const received = await receive();
      expect(received).toMatchObject([{ conversationId: id, seq: 7 }]);
      await removeAll(received);
      expect(await world.receive()).toEqual([]);
    });

    it('brings equal nudges both: none is taken for a repetition of the other', async () => {
      await world.queue.nudge(id, 7);
      await world.queue.nudge(id, 7);
      const received: Received[] = [];
      while (received.length < 2) {
        const batch = await receive();
        received.push(...batch);
        await removeAll(batch);
      }
      expect(received.map(({ seq }) => seq)).toEqual([7, 7]);
    });

    it('keeps the order of a conversation, one in hand at a time', async () => {
      await world.queue.nudge(id, 1);
      const [first] = await receive();
      await world.queue.nudge(id, 2);
      expect(await world.receive()).toEqual([]);
      await removeAll(first ? [first] : []);
      const next = await receive();
      expect(next.map(({ seq }) => seq)).toEqual([2]);
      await removeAll(next);
    });

    it('does not let one conversation hold up another', async () => {
      const other = newId('g');
      await world.queue.nudge(id, 1);
      const held = await receive();
      await world.queue.nudge(other, 1);
      const received = await receive();
      expect(received.map(({ conversationId }) => conversationId)).toEqual([other]);
      await removeAll([...held, ...received]);
    });

    it('brings a nudge again that was given back', async () => {
      await world.queue.nudge(id, 7);
      const [first] = await receive();
      await world.receipts.giveBack(first?.receiptHandle ?? '', 0);
      const again = await receive();
      expect(again).toMatchObject([{ conversationId: id, seq: 7 }]);
      await removeAll(again);
    });

    it('takes it as nothing when a nudge is given back that is done', async () => {
      await world.queue.nudge(id, 7);
      const received = await receive();
      await removeAll(received);
      await world.receipts.giveBack(received[0]?.receiptHandle ?? '', 0);
      expect(await world.receive()).toEqual([]);
    });
  });
}
