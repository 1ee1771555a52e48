import { DEFAULT_LIMITS } from '../../protocol/settable-limits.ts';
import { SUBPROTOCOL } from '../../protocol/version.ts';
import { newId } from '../contract/rows.ts';
import { encode } from '../support/issuer.ts';
import { HandlersWorld, recordOf, type Connected } from './handlers-world.ts';

/** What the deployed functions do with the events that Lambda gives them. */
export function describeHandlers(name: string, { waitSeconds = 1 } = {}): void {
  describe(`the handlers ${name}`, () => {
    let world: HandlersWorld;
    let alice: string;
    let bob: string;

    beforeAll(async () => {
      world = await HandlersWorld.start(waitSeconds);
    });

    afterAll(() => world?.stop());

    beforeEach(() => {
      alice = newId('alice');
      bob = newId('bob');
    });

    async function direct() {
      const [fromAlice, fromBob] = [await world.connect(alice), await world.connect(bob)];
      const { conversationId } = await world.command(fromAlice, {
        type: 'create_conversation',
        kind: 'direct',
        userId: bob,
      });
      await settle();
      for (const frames of world.frames.values()) frames.length = 0;
      return { fromAlice, fromBob, conversationId };
    }

    /** Lets the worker work until the queue is empty. */
    async function settle(): Promise<void> {
      while ((await world.deliver()).length > 0);
    }

    it('bring a message from one user to the other, and to the first one’s other device', async () => {
      const { fromAlice, fromBob, conversationId } = await direct();
      const device = await world.connect(alice);
      const frame = { ...send(conversationId), requestId: 'r1' };
      const ack = await world.command(fromAlice, frame);
      expect(ack).toMatchObject({ type: 'ack', requestId: 'r1', seq: 2, conversationId });
      await settle();
      const message = { type: 'message', seq: 2, senderId: alice, content: 'Hello 🙂' };
      expect(world.framesOf(fromBob)).toMatchObject([message]);
      expect(world.framesOf(device)).toMatchObject([message]);
      expect(world.framesOf(fromAlice)).toEqual([]);
      const page = await world.query(fromBob, { type: 'list_messages', conversationId });
      expect(page).toMatchObject({ type: 'messages', events: [message, { seq: 1 }] });
    });

    it('tell the other one, and one’s own other device, what was read', async () => {
      const { fromAlice, fromBob, conversationId } = await direct();
      const device = await world.connect(bob);
      await world.command(fromAlice, send(conversationId));
      await settle();
      for (const frames of world.frames.values()) frames.length = 0;
      const frame = { type: 'mark_read', conversationId, upToSeq: 2, requestId: 'r1' };
      expect(await world.signal(fromBob, frame)).toMatchObject({ type: 'marked', readSeq: 2 });
      const receipt = { type: 'read_receipt', conversationId, userId: bob, upToSeq: 2 };
      expect(world.framesOf(fromAlice)).toMatchObject([receipt]);
      expect(world.framesOf(device)).toMatchObject([receipt]);
      expect(world.framesOf(fromBob)).toEqual([]);
      const page = await world.query(fromBob, { type: 'list_conversations' });
      expect(page).toMatchObject({ conversations: [{ readSeq: 2, unread: 0 }] });
    });

    it('answer a message that is sent five times at once with one place', async () => {
      const { fromAlice, fromBob, conversationId } = await direct();
      const frame = send(conversationId);
      const acks = await Promise.all(
        Array.from({ length: 5 }, async () => {
          // What is busy now is asked again, as a client does.
          for (;;) {
            const answer = await world.command(fromAlice, frame);
            if (answer['type'] === 'ack') return answer;
            expect(answer).toMatchObject({ type: 'error', retryable: true });
          }
        }),
      );
      expect(new Set(acks.map((ack) => JSON.stringify(ack))).size).toBe(1);
      await settle();
      const page = await world.query(fromBob, { type: 'list_messages', conversationId });
      const messages = (page['events'] as { type: string }[]).filter(
        ({ type }) => type === 'message',
      );
      expect(messages).toHaveLength(1);
    });

    it('tell a stranger nothing, not even that the conversation exists', async () => {
      const { conversationId } = await direct();
      const mallory = await world.connect(newId('mallory'));
      const localId = newId('local');
      const answers = [
        await world.command(mallory, send(conversationId, localId)),
        await world.command(mallory, send(newId('d'), localId)),
      ];
      expect(answers[0]).toMatchObject({ type: 'error', code: 'not_found', localId });
      expect(answers[1]).toEqual(answers[0]);
    });

    it.each<[string, Readonly<Record<string, unknown>> | string]>([
      ['unreadable', '{'],
      ['unreadable', ''],
      ['unknown_type', { type: 'dance' }],
      ['bad_request', { type: 'ping', more: 1 }],
    ])('answer with %s', async (code, frame) => {
      const caller = await world.connect(alice);
      expect(await world.query(caller, frame)).toMatchObject({ type: 'error', code });
    });

    it('refuse what comes without the authorizer’s word', async () => {
      const caller = await world.connect(alice);
      const { connectionId, connectedAt } = caller.requestContext;
      for (const authorizer of [{}, { userId: alice }, { tokenEnd: '5' }]) {
        const stranger = {
          userId: alice,
          requestContext: { connectionId, connectedAt, authorizer },
        };
        await expect(world.query(stranger as typeof caller, { type: 'ping' })).rejects.toThrow(
          'no context of the authorizer',
        );
      }
    });

    it('echo the protocol to a client that offers it, and never its token', async () => {
      const offered = { 'sec-websocket-protocol': `bearer.abc, ${SUBPROTOCOL}` };
      expect((await world.connect(alice, offered)).answer).toEqual({
        statusCode: 200,
        headers: { 'Sec-WebSocket-Protocol': SUBPROTOCOL },
      });
      const without = { 'Sec-WebSocket-Protocol': 'bearer.abc' };
      expect((await world.connect(alice, without)).answer).toEqual({ statusCode: 200 });
      expect((await world.connect(alice)).answer).toEqual({ statusCode: 200 });
    });

    it('send nothing to a connection that has closed, and everything to the others', async () => {
      const { fromAlice, fromBob, conversationId } = await direct();
      const device = await world.connect(bob);
      await world.disconnect(fromBob);
      await world.command(fromAlice, send(conversationId));
      await settle();
      expect(world.framesOf(fromBob)).toEqual([]);
      expect(world.framesOf(device)).toMatchObject([{ type: 'message' }]);
    });

    it('sign a user out everywhere', async () => {
      const [phone, laptop, fromBob] = [
        await world.connect(alice),
        await world.connect(alice),
        await world.connect(bob),
      ];
      const frame = { type: 'sign_out', everywhere: true, requestId: 'r1' };
      expect(await world.identity(phone, frame)).toEqual({ type: 'signed_out', requestId: 'r1' });
      const isOpen = ({ requestContext }: Connected) =>
        world.frames.has(requestContext.connectionId);
      expect([phone, laptop, fromBob].map(isOpen)).toEqual([false, false, true]);
    });

    it('take no token that is not a good one, and say busy where nobody knows', async () => {
      const phone = await world.connect(alice);
      const refresh = (token: string) => world.identity(phone, { type: 'refresh_token', token });
      expect(await refresh('no.good.token')).toMatchObject({ code: 'unauthorized' });
      const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
      const header = encode(JSON.stringify({ alg: 'RS256', kid: '1' }));
      expect(await refresh(`${header}.${encode('{}')}.AA`)).toMatchObject({ code: 'busy' });
      const lines = write.mock.calls.map(([line]) => String(line)).join('');
      write.mockRestore();
      expect(lines).toContain('signing_keys_unavailable');
      expect(lines).not.toContain(header);
    });

    it('close another connection where a user opens more than it may have', async () => {
      const { connectionsPerUser } = DEFAULT_LIMITS;
      for (let count = 0; count < connectionsPerUser; count += 1) await world.connect(alice);
      const open = world.frames.size;
      const last = await world.connect(alice);
      expect(last.answer).toMatchObject({ statusCode: 200 });
      expect(world.frames.size).toBe(open);
      expect(world.framesOf(last)).toEqual([]);
    });

    it('go on without a connection that is gone', async () => {
      const { fromAlice, fromBob, conversationId } = await direct();
      const device = await world.connect(bob);
      world.frames.delete(fromBob.requestContext.connectionId);
      await world.command(fromAlice, send(conversationId));
      await settle();
      expect(world.framesOf(device)).toMatchObject([{ type: 'message' }]);
    });

    it('post nothing twice for an event that comes twice', async () => {
      const { fromAlice, fromBob, conversationId } = await direct();
      await world.command(fromAlice, send(conversationId));
      const records = await world.deliver();
      expect(records).toHaveLength(1);
      expect(await world.work(records)).toEqual({ batchItemFailures: [] });
      expect(world.framesOf(fromBob)).toHaveLength(1);
    });

    it('give back what is no nudge, and it alone', async () => {
      const { fromAlice, fromBob, conversationId } = await direct();
      await world.command(fromAlice, send(conversationId));
      const broken = ['{', 'null', '{"conversationId":"x"}', `{"conversationId":"x","seq":0}`];
      const write = jest.spyOn(process.stdout, 'write').mockReturnValue(true);
      const answer = await world.work([
        ...broken.map((body, n) => recordOf(`broken-${n}`, 'receipt', body)),
        recordOf('good', 'receipt', JSON.stringify({ conversationId, seq: 2 })),
      ]);
      const lines = write.mock.calls.map(([line]) => JSON.parse(String(line)) as unknown);
      write.mockRestore();
      expect(lines).toMatchObject(
        broken.map((_, n) => ({
          level: 'error',
          event: 'nudge_unreadable',
          messageId: `broken-${n}`,
        })),
      );
      expect(answer.batchItemFailures.map(({ itemIdentifier }) => itemIdentifier)).toEqual(
        broken.map((_, n) => `broken-${n}`),
      );
      expect(world.framesOf(fromBob)).toMatchObject([{ type: 'message' }]);
      await settle();
    });
  });
}

function send(conversationId: unknown, localId = newId('local')) {
  return { type: 'send_message', conversationId, localId, content: 'Hello 🙂' };
}
