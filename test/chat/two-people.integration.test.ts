import type { ServerMessage } from '../../protocol/server-message.ts';
import { Started } from '../support/started.ts';
import type { ChatUser } from './chat-user.ts';
import { LocalChat } from './local-chat.ts';

const started = new Started();
let chat: LocalChat;
let alice: ChatUser;
let aliceToo: ChatUser;
let bob: ChatUser;
let conversationId: string;
/** What each device was told of the conversation. */
let created: readonly ServerMessage[];

beforeAll(async () => {
  chat = await started.add(LocalChat.start());
  [alice, aliceToo, bob] = await Promise.all([
    chat.connect('alice'),
    chat.connect('alice'),
    chat.connect('bob'),
  ]);
  ({ conversationId } = await alice.direct('bob'));
  created = await Promise.all([alice, aliceToo, bob].map((device) => device.nextUnasked()));
});

afterAll(() => started.stop());

describe('two people', () => {
  it('have one direct conversation, whoever creates it', async () => {
    const event = { type: 'conversation_created', conversationId, seq: 1, senderId: 'alice' };
    expect(created).toMatchObject([event, event, event]);
    expect(await bob.direct('alice')).toMatchObject({ conversationId, userId: 'alice' });
  });

  it('exchange messages: the sending socket gets the ack, every other device the message', async () => {
    const { seq, epoch, serverId, timestamp } = await alice.send(conversationId, 'Hello', 'hello');
    const message = {
      type: 'message',
      conversationId,
      seq,
      epoch,
      serverId,
      timestamp,
      senderId: 'alice',
      localId: 'hello',
      content: 'Hello',
      contentType: 'text/plain',
    };
    expect(await bob.nextUnasked()).toEqual(message);
    expect(await aliceToo.nextUnasked()).toEqual(message);

    const reply = await bob.send(conversationId, 'Hello yourself');
    expect(reply.seq).toBeGreaterThan(seq);
    // In the order of the log: her own message would have come before the reply.
    expect(await alice.nextUnasked()).toMatchObject({ seq: reply.seq, senderId: 'bob' });
    expect(await aliceToo.nextUnasked()).toMatchObject({ seq: reply.seq, senderId: 'bob' });
    for (const device of [alice, aliceToo, bob]) expect(device.client.waiting).toEqual([]);
  });

  it('have one message of five equal sends at once, and five equal acks', async () => {
    const acks = await Promise.all(
      Array.from({ length: 5 }, () => alice.send(conversationId, 'Only once', 'only-once')),
    );
    expect(new Set(acks.map((ack) => JSON.stringify(ack))).size).toBe(1);

    const { seq } = await alice.send(conversationId, 'The next');
    const got = [];
    do got.push(await bob.nextUnasked());
    while (!got.some((event) => 'seq' in event && event.seq === seq));
    const messages = got.filter(({ type }) => type === 'message');
    expect(messages).toMatchObject([
      { seq: acks[0]?.seq, content: 'Only once' },
      { seq, content: 'The next' },
    ]);
    const { events } = await bob.expect('messages', { type: 'list_messages', conversationId });
    expect(events.filter((event) => 'localId' in event && event.localId === 'only-once')).toEqual([
      messages[0],
    ]);
  });
});

describe('a third user', () => {
  const REQUESTS = {
    send_message: { type: 'send_message', localId: 'mine', content: 'May I?' },
    list_messages: { type: 'list_messages' },
  };

  it.each(Object.entries(REQUESTS))(
    'gets the same error of %s as for a conversation that does not exist, byte for byte',
    async (_type, request) => {
      const carol = await chat.connect('carol');
      const errorFor = (id: string): Promise<string> =>
        carol.exchange({ ...request, requestId: 'r', conversationId: id });
      const refused = await errorFor(conversationId);
      expect(JSON.parse(refused)).toMatchObject({ type: 'error', code: 'not_found' });
      expect(await errorFor(`${conversationId.slice(0, -1)}_`)).toBe(refused);
    },
  );

  it('learns no more from sync and ping than for a conversation that does not exist', async () => {
    const carol = await chat.connect('carol');
    for (const field of ['conversations', 'cursors']) {
      const answerFor = async (id: string): Promise<string> => {
        const type = field === 'cursors' ? 'ping' : 'sync';
        const answer = await carol.exchange({ type, [field]: { [id]: { seq: 0 } } });
        return answer.replaceAll(id, 'ID').replace(/"timestamp":\d+/, '');
      };
      expect(await answerFor(conversationId)).toBe(await answerFor('d_nothing'));
    }
  });
});

it('wrote no error', () => {
  expect(chat.errors()).toEqual([]);
});
