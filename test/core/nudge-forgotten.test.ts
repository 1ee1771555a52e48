import { Unavailable } from '../../lambdas/core/ports.ts';
import type { PortCall } from '../memory/gates.ts';
import { MemoryChat } from '../support/memory-chat.ts';

const CONVERSATIONS = 8;

/** Conversations whose nudges were lost, and how many calls of the queue are under way at once. */
async function forgotten() {
  const queue = { waiting: 0, most: 0, failing: false };
  const gates = {
    before: async ({ port }: PortCall) => {
      if (port !== 'queue') return;
      queue.waiting += 1;
      queue.most = Math.max(queue.most, queue.waiting);
      await new Promise((resolve) => setImmediate(resolve));
      queue.waiting -= 1;
      if (queue.failing) throw new Unavailable('no queue');
    },
    after: async () => {},
  };
  const chat = new MemoryChat({ gates });
  const alice = await chat.connect('alice');
  const cursors: Record<string, { seq: number }> = {};
  for (let number = 1; number <= CONVERSATIONS; number += 1) {
    cursors[await chat.direct(alice, `user-${number}`)] = { seq: 0 };
  }
  for (const { receiptHandle } of chat.ports.queue.receive())
    chat.ports.queue.remove(receiptHandle);
  chat.ports.clock.advance(10_000);
  queue.most = 0;
  return { chat, alice, queue, cursors };
}

describe('conversations that the fan-out has forgotten', () => {
  it.each([
    ['ping', 'cursors', 'pong'],
    ['sync', 'conversations', 'synced'],
  ] as const)(
    'are nudged at once by a %s: one by one, a queue that is down would outlast the function',
    async (type, field, answered) => {
      const { chat, alice, queue, cursors } = await forgotten();
      await chat.expect(alice, answered, { type, [field]: cursors });
      expect(chat.ports.queue.waiting).toHaveLength(CONVERSATIONS);
      expect(queue.most).toBe(CONVERSATIONS);
      chat.ports.queue
        .receive()
        .forEach(({ receiptHandle }) => chat.ports.queue.remove(receiptHandle));
      queue.failing = true;
      const answer = await chat.expect(alice, answered, { type, [field]: cursors });
      expect(JSON.stringify(answer)).toContain(Object.keys(cursors)[0]);
      expect(new Set(chat.ports.log.events())).toEqual(new Set(['nudge_not_sent']));
    },
  );
});
