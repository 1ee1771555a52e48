import type { ConversationEvent } from '../../protocol/conversation-event.ts';
import { LIMITS } from '../../protocol/limits.ts';
import { jsonBytes } from '../../lambdas/core/frames.ts';
import { Started } from '../support/started.ts';
import type { ChatUser } from './chat-user.ts';
import { LocalChat } from './local-chat.ts';

jest.setTimeout(5 * 60_000);

const MESSAGES = 300;

const started = new Started();
let chat: LocalChat;
let alice: ChatUser;

beforeAll(async () => {
  chat = await started.add(LocalChat.start({ limits: 'messagesPerMinute=10000' }));
  alice = await chat.connect('alice');
});

afterAll(() => started.stop());

/** A conversation of which bob holds everything, and then is gone. */
async function withoutBob() {
  const bob = await chat.connect('bob');
  const { conversationId, epoch } = await alice.direct('bob');
  const { seq } = await alice.send(conversationId, 'While you are there');
  let held = 0;
  while (held < seq) {
    const event = (await bob.nextUnasked()) as ConversationEvent;
    if (event.conversationId === conversationId) held = event.seq;
  }
  await bob.client.close();
  return { conversationId, cursor: { seq, epoch } };
}

/** Everyday texts, and now and then one so long that pages are cut by bytes, with letters of several bytes. */
function contentOf(number: number): string {
  return number % 25 === 0 ? `${number} ${'€'.repeat(4_000)}` : `${number} schöne Grüße 👋`;
}

describe('three hundred messages to somebody who is offline', () => {
  it('are brought by one sync sequence on reconnect, exactly those, in order, each page within a frame', async () => {
    const { conversationId, cursor } = await withoutBob();
    const sent = [];
    for (let number = 1; number <= MESSAGES; number += 1) {
      sent.push(await alice.send(conversationId, contentOf(number)));
    }

    const bob = await chat.connect('bob');
    const sizes: number[] = [];
    bob.client.socket.on('message', (data: Buffer) => sizes.push(data.length));
    const events = await bob.catchUp(conversationId, cursor);
    expect(events).toMatchObject(
      sent.map(({ seq, serverId, localId }, index) => ({
        type: 'message',
        seq,
        serverId,
        localId,
        content: contentOf(index + 1),
      })),
    );
    expect(events.map(({ seq }) => seq)).toEqual(
      Array.from({ length: MESSAGES }, (_, index) => cursor.seq + 1 + index),
    );
    expect(Math.max(...sizes)).toBeLessThanOrEqual(LIMITS.frameBytes);
    expect(sizes.length).toBeGreaterThan(jsonBytes(events) / LIMITS.frameBytes);

    const last = { seq: cursor.seq + MESSAGES, epoch: cursor.epoch };
    expect(await bob.catchUp(conversationId, last)).toEqual([]);
    const { conversations } = await bob.expect('conversations', { type: 'list_conversations' });
    expect(conversations).toMatchObject([{ conversationId, unread: 100, seq: last.seq }]);
  });

  it('are what bob gets, and no more, while others come', async () => {
    const { conversationId, cursor } = await withoutBob();
    const sending = Array.from({ length: MESSAGES }, (_, number) => number + 1);
    const acks = await Promise.all(
      sending.slice(0, MESSAGES / 2).map((number) => alice.send(conversationId, contentOf(number))),
    );
    const bob = await chat.connect('bob');
    const [events, late] = await Promise.all([
      bob.catchUp(conversationId, cursor),
      Promise.all(
        sending.slice(MESSAGES / 2).map((number) => alice.send(conversationId, contentOf(number))),
      ),
    ]);
    await chat.delivered();
    await bob.expect('pong', { type: 'ping' });
    const view = new Map([...events, ...bob.events()].map((event) => [event.seq, event]));
    const all = await alice.catchUp(conversationId, cursor);
    expect([...view.values()].toSorted((a, b) => a.seq - b.seq)).toEqual(all);
    const messages = all.filter((event) => event.type === 'message');
    expect(messages.map(({ localId }) => localId)).toEqual(
      [...acks, ...late].toSorted((a, b) => a.seq - b.seq).map(({ localId }) => localId),
    );
  });
});

it('made nothing fail', () => {
  expect(chat.errors()).toEqual([]);
});
