import { append, type Draft } from '../../../lambdas/core/conversation-log/append.ts';
import { readForward } from '../../../lambdas/core/conversation-log/read.ts';
import type { ConversationStore, Head, Member } from '../../../lambdas/core/ports.ts';
import { Unavailable } from '../../../lambdas/core/ports.ts';
import type { Gates, PortCall } from '../../memory/gates.ts';
import { createMemoryPorts, type MemoryPorts } from '../../memory/memory-ports.ts';

const CONVERSATION = 'g_test';
const HOLE_MS = 2_000;

function draft(localId: string, overrides: Partial<Draft> = {}): Draft {
  return {
    message: {
      conversationId: CONVERSATION,
      senderId: 'alice',
      localId,
      content: localId,
      contentType: 'text/plain',
      connectionId: 'alice-1',
    },
    hash: `hash of ${localId}`,
    generation: 1,
    validate: async () => undefined,
    ...overrides,
  };
}

/** A group of one, alice, with the head's `leaving` as given (users by when their mark ends, from now). */
async function world(gates?: Gates, leaving: Record<string, number> = {}): Promise<MemoryPorts> {
  const ports = createMemoryPorts(gates ? { gates } : {});
  const head: Head = {
    conversationId: CONVERSATION,
    kind: 'group',
    seq: 1,
    takenAt: ports.clock.now(),
    closed: false,
    leaving: Object.fromEntries(
      Object.entries(leaving).map(([userId, ms]) => [userId, ports.clock.now() + ms]),
    ),
    epoch: 'epoch',
    fanOutSeq: 0,
    history: 'since_join',
    creation: '',
  };
  const member: Member = {
    conversationId: CONVERSATION,
    userId: 'alice',
    role: 'owner',
    stays: [{ joined: 1 }],
    lastSeq: 1,
    readSeq: 1,
    deliveredSeq: 1,
  };
  await ports.conversations.commit([
    { kind: 'create_head', head },
    { kind: 'create_member', member },
    {
      kind: 'put_event',
      event: {
        type: 'conversation_created',
        conversationId: CONVERSATION,
        seq: 1,
        timestamp: head.takenAt,
        senderId: 'alice',
        epoch: 'epoch',
        generation: 1,
        kind: 'group',
        members: ['alice'],
      },
    },
  ]);
  return ports;
}

/** What the log holds once nothing is in flight and every hole is old. */
async function settledLog(ports: MemoryPorts) {
  ports.clock.advance(HOLE_MS);
  const head = ports.conversations.headOf(CONVERSATION);
  if (head === undefined) throw new Error('no head');
  const events = await readForward(ports, head, { from: 1, to: head.seq }, 1_000);
  expect(events.map(({ seq }) => seq)).toEqual(
    Array.from({ length: head.seq }, (_, index) => index + 1),
  );
  return events;
}

async function messagesIn(ports: MemoryPorts): Promise<string[]> {
  const events = await settledLog(ports);
  return events.flatMap((event) => (event.type === 'message' ? [event.localId] : []));
}

async function leave(ports: MemoryPorts): Promise<void> {
  const member = await ports.conversations.getMember(CONVERSATION, 'alice');
  if (member === undefined) throw new Error('no member');
  const { head } = await ports.conversations.takeNumber(CONVERSATION, 'bob', ports.clock.now());
  await ports.conversations.commit([
    {
      kind: 'put_event',
      event: {
        type: 'void',
        conversationId: CONVERSATION,
        seq: head?.seq ?? 0,
        timestamp: ports.clock.now(),
      },
    },
    {
      kind: 'replace_member',
      member: { ...member, stays: [{ joined: 1, left: head?.seq ?? 0 }], lastSeq: head?.seq ?? 0 },
      previousSeq: member.lastSeq,
    },
  ]);
}

/** A gate that runs something once, before or after the nth call of a method. */
function once(
  phase: 'before' | 'after',
  method: string,
  action: (call: PortCall) => Promise<void> | void,
): Gates {
  let done = false;
  const gate = async (call: PortCall): Promise<void> => {
    if (done || call.method !== method) return;
    done = true;
    await action(call);
  };
  return { before: async () => {}, after: async () => {}, [phase]: gate };
}

/** The store with some of its methods replaced. */
function overriding(
  store: ConversationStore,
  methods: Partial<ConversationStore>,
): ConversationStore {
  return new Proxy(store, {
    get: (target, key: keyof ConversationStore) => methods[key] ?? target[key].bind(target),
  });
}

function fail(): never {
  throw new Unavailable('injected');
}

describe('append', () => {
  it('numbers messages one after the other', async () => {
    const ports = await world();
    const events = [await append(ports, draft('a')), await append(ports, draft('b'))];
    expect(events.map(({ seq }) => seq)).toEqual([2, 3]);
    expect(await messagesIn(ports)).toEqual(['a', 'b']);
  });

  it('writes one event for equal sends at once, and voids what the others took', async () => {
    const ports = await world();
    const events = await Promise.all([1, 2, 3, 4, 5].map(() => append(ports, draft('a'))));
    expect(new Set(events.map(({ seq }) => seq)).size).toBe(1);
    expect(await messagesIn(ports)).toEqual(['a']);
  });

  const writes = ['takeNumber', 'putLocal', 'putEvent'] as const;
  it.each(writes)(
    'F-40 gives the retry one place when %s fails before its effect',
    async (method) => {
      const ports = await world(once('before', method, fail));
      await expect(append(ports, draft('a'))).rejects.toThrow(Unavailable);
      await append(ports, draft('a'));
      expect(await messagesIn(ports)).toEqual(['a']);
    },
  );

  it.each(writes)(
    'F-40 gives the retry the same place when %s failed after its effect',
    async (method) => {
      const ports = await world(once('after', method, fail));
      await expect(append(ports, draft('a'))).rejects.toThrow(Unavailable);
      const event = await append(ports, draft('a'));
      expect(await append(ports, draft('a'))).toEqual(event);
      expect(await messagesIn(ports)).toEqual(['a']);
    },
  );

  it('F-41 takes its own row, found by a retry of the SDK, for its own', async () => {
    const ports = await world();
    const { conversations } = ports;
    const twice: ConversationStore = overriding(conversations, {
      putLocal: async (row) => {
        await conversations.putLocal(row);
        return conversations.putLocal(row);
      },
      putEvent: async (event) => {
        await conversations.putEvent(event);
        return conversations.putEvent(event);
      },
    });
    const event = await append(
      { clock: ports.clock, log: ports.log, conversations: twice },
      draft('a'),
    );
    expect(event.seq).toBe(2);
    expect(ports.conversations.headOf(CONVERSATION)?.seq).toBe(2);
  });

  it('takes another place when its slot was filled while it was slow', async () => {
    const ports: MemoryPorts = await world(
      once('before', 'putEvent', async () => {
        await settledLog(ports);
      }),
    );
    const event = await append(ports, draft('a'));
    expect(event.seq).toBe(3);
    expect((await settledLog(ports)).map(({ type }) => type)).toEqual([
      'conversation_created',
      'void',
      'message',
    ]);
    expect(await append(ports, draft('a'))).toEqual(event);
  });

  it('gives two retries that find their slot filled one new place', async () => {
    const ports = await world(once('after', 'putLocal', fail));
    await expect(append(ports, draft('a'))).rejects.toThrow(Unavailable);
    await settledLog(ports);
    const events = await Promise.all([append(ports, draft('a')), append(ports, draft('a'))]);
    expect(events[0]).toEqual(events[1]);
    expect(await messagesIn(ports)).toEqual(['a']);
  });

  it('refuses for good when the slot was filled and the sender has left', async () => {
    const ports: MemoryPorts = await world(
      once('before', 'putEvent', async () => {
        await settledLog(ports);
        await leave(ports);
      }),
    );
    await expect(append(ports, draft('a'))).rejects.toMatchObject({ code: 'not_found' });
    await expect(append(ports, draft('a'))).rejects.toMatchObject({ code: 'not_found' });
    expect(await messagesIn(ports)).toEqual([]);
  });

  it('finishes what had its place before the sender left', async () => {
    const ports = await world(once('after', 'putLocal', fail));
    await expect(append(ports, draft('a'))).rejects.toThrow(Unavailable);
    await leave(ports);
    const event = await append(ports, draft('a'));
    expect(event.seq).toBe(2);
    expect(await messagesIn(ports)).toEqual(['a']);
  });

  it('records a refusal, so that an attempt in flight cannot succeed behind it', async () => {
    const ports: MemoryPorts = await world(
      once('before', 'putLocal', async () => {
        const refusing = append(ports, draft('a', { validate: async () => 'message_not_found' }));
        await expect(refusing).rejects.toMatchObject({ code: 'message_not_found' });
      }),
    );
    await expect(append(ports, draft('a'))).rejects.toMatchObject({ code: 'message_not_found' });
    expect(await messagesIn(ports)).toEqual([]);
  });

  it('writes no row for somebody who never was a member', async () => {
    const ports = await world();
    const stranger = draft('a', { message: { ...draft('a').message, senderId: 'mallory' } });
    await expect(append(ports, stranger)).rejects.toMatchObject({ code: 'not_found' });
    expect(await ports.conversations.getLocal(CONVERSATION, 'mallory', 'a')).toBeUndefined();
  });

  it('gives a sender who is about to be removed no number, and no final word either', async () => {
    const ports = await world(undefined, { alice: 60_000 });
    await expect(append(ports, draft('a'))).rejects.toMatchObject({ code: 'busy' });
    expect(await ports.conversations.getLocal(CONVERSATION, 'alice', 'a')).toBeUndefined();
    ports.clock.advance(60_001);
    expect((await append(ports, draft('a'))).seq).toBe(2);
  });
});
