import * as fc from 'fast-check';
import { readBackward, readForward } from '../../../lambdas/core/conversation-log/read.ts';
import type { EventRow, Head } from '../../../lambdas/core/ports.ts';
import { createMemoryPorts } from '../../memory/memory-ports.ts';

const CONVERSATION = 'g_test';
const NOW = 1_000_000;
const HOLE_MS = 2_000;

type Slot = 'hole' | 'old' | 'young';

/** A log whose slot n (from 1) is empty, or holds a void written long ago or just now. */
async function logOf(
  slots: readonly Slot[],
  options: { takenAt?: number; pageSize?: number } = {},
) {
  const { takenAt = NOW, pageSize = 1_000 } = options;
  const ports = createMemoryPorts({ start: NOW, conversations: { pageSize } });
  for (const [index, slot] of slots.entries()) {
    if (slot === 'hole') continue;
    const timestamp = slot === 'old' ? NOW - HOLE_MS : NOW - 1;
    await ports.conversations.putEvent(eventAt(index + 1, timestamp));
  }
  const head: Head = {
    conversationId: CONVERSATION,
    kind: 'group',
    seq: slots.length,
    takenAt,
    closed: false,
    leaving: {},
    epoch: 'epoch',
    fanOutSeq: 0,
    history: 'all',
    creation: '',
  };
  return { ports, head };
}

function eventAt(seq: number, timestamp: number): EventRow {
  return {
    type: 'members_added',
    conversationId: CONVERSATION,
    seq,
    timestamp,
    senderId: 'alice',
    epoch: 'epoch',
    generation: 1,
    members: [],
  };
}

const shape = (events: readonly EventRow[]) =>
  events.map(({ seq, type }) => (type === 'void' ? -seq : seq));
const ALL = { from: 1, to: Infinity };

/** The end of the contiguous prefix: a hole can be filled if any later event is old. */
function prefixEnd(slots: readonly Slot[]): number {
  const first = slots.findIndex(
    (slot, index) => slot === 'hole' && !slots.slice(index + 1).includes('old'),
  );
  return first === -1 ? slots.length : first;
}

describe('readForward', () => {
  it('stops at a hole that is young', async () => {
    const { ports, head } = await logOf(['old', 'hole', 'young']);
    expect(shape(await readForward(ports, head, ALL, 10))).toEqual([1]);
  });

  it('fills a hole that stands before an event two seconds old', async () => {
    const { ports, head } = await logOf(['old', 'hole', 'old']);
    expect(shape(await readForward(ports, head, ALL, 10))).toEqual([1, -2, 3]);
  });

  it('fills a hole by any later event that is old, not only the next', async () => {
    const { ports, head } = await logOf(['hole', 'young', 'old']);
    expect(shape(await readForward(ports, head, ALL, 10))).toEqual([-1, 2, 3]);
  });

  it('fills a hole at the tail once the head has stood still for two seconds', async () => {
    const young = await logOf(['old', 'hole']);
    expect(shape(await readForward(young.ports, young.head, ALL, 10))).toEqual([1]);
    const old = await logOf(['old', 'hole'], { takenAt: NOW - HOLE_MS });
    expect(shape(await readForward(old.ports, old.head, ALL, 10))).toEqual([1, -2]);
  });

  it('takes the event of a holder who was late but first', async () => {
    const { ports, head } = await logOf(['old', 'hole'], { takenAt: NOW - HOLE_MS });
    const { conversations } = ports;
    const late = eventAt(2, NOW);
    const racing = new Proxy(conversations, {
      get: (target, key: keyof typeof conversations) =>
        key === 'listEvents'
          ? async (range: Parameters<typeof conversations.listEvents>[0]) => {
              const page = await target.listEvents(range);
              await target.putEvent(late);
              return page;
            }
          : (target[key] as (...args: unknown[]) => unknown).bind(target),
    });
    const events = await readForward({ ...ports, conversations: racing }, head, ALL, 10);
    expect(events.at(-1)).toEqual(late);
  });

  it('never answers anything after the head it was given', async () => {
    const { ports, head } = await logOf(['old', 'old', 'old']);
    expect(shape(await readForward(ports, { ...head, seq: 2 }, ALL, 10))).toEqual([1, 2]);
  });
});

describe('readBackward', () => {
  it('begins below a young hole', async () => {
    const { ports, head } = await logOf(['old', 'old', 'hole', 'young']);
    expect(shape(await readBackward(ports, head, ALL, 10))).toEqual([2, 1]);
  });

  it('begins below a young hole that lies deeper than the page', async () => {
    const { ports, head } = await logOf(['old', 'young', 'hole', 'young', 'young']);
    expect(shape(await readBackward(ports, head, ALL, 1))).toEqual([2]);
  });

  it('looks no deeper than the page where everything has been delivered', async () => {
    const { ports, head } = await logOf(['young', 'young', 'young', 'young']);
    const reads: number[] = [];
    const { conversations } = ports;
    const counting = {
      ...ports,
      conversations: Object.assign(Object.create(conversations) as typeof conversations, {
        listEvents: async (range: Parameters<typeof conversations.listEvents>[0]) => {
          reads.push(range.limit);
          return conversations.listEvents(range);
        },
      }),
    };
    const delivered = { ...head, fanOutSeq: 4 };
    expect(shape(await readBackward(counting, delivered, ALL, 2))).toEqual([4, 3]);
    expect(reads).toEqual([2]);
  });

  it('fills holes that are old, the lowest one too', async () => {
    const { ports, head } = await logOf(['hole', 'old', 'hole', 'old'], { takenAt: NOW - HOLE_MS });
    expect(shape(await readBackward(ports, head, ALL, 10))).toEqual([4, -3, 2, -1]);
  });
});

describe('both directions', () => {
  const slots = fc.array(fc.constantFrom<Slot>('hole', 'old', 'young'), { maxLength: 30 });
  const pageSize = fc.integer({ min: 1, max: 7 });
  const limit = fc.integer({ min: 1, max: 40 });

  it('F-50 answers a contiguous run from either end of the prefix, whatever the pages', async () => {
    await fc.assert(
      fc.asyncProperty(slots, pageSize, limit, async (log, size, most) => {
        const { ports, head } = await logOf(log, { pageSize: size });
        const forward = await readForward(ports, head, ALL, most);
        expect(forward.map(({ seq }) => seq)).toEqual(forward.map((_, index) => index + 1));
        expect(forward.length).toBeLessThanOrEqual(most);
        const backward = await readBackward(ports, head, ALL, most);
        const top = prefixEnd(log);
        expect(backward.map(({ seq }) => seq)).toEqual(backward.map((_, index) => top - index));
        expect(backward).toHaveLength(Math.min(most, top));
      }),
    );
  });

  it('reads everything once all holes are old', async () => {
    await fc.assert(
      fc.asyncProperty(slots, pageSize, async (log, size) => {
        const { ports, head } = await logOf(log, { pageSize: size });
        ports.clock.advance(HOLE_MS);
        const forward = await readForward(ports, head, ALL, 100);
        const backward = await readBackward(ports, head, ALL, 100);
        expect(forward).toHaveLength(log.length);
        expect(backward.toReversed()).toEqual(forward);
      }),
    );
  });
});
