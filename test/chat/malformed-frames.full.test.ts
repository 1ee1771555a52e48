import type { Vocabulary } from '../fuzz/vocabulary.ts';
import { Started } from '../support/started.ts';
import { isUnasked, type ChatUser } from './chat-user.ts';
import { LocalChat } from './local-chat.ts';
import { sendMalformed } from './malformed-lane.ts';
import type { Tally } from './malformed-lane.ts';

jest.setTimeout(10 * 60_000);

const FRAMES = 10_000;
/** Connections that send at once: more than there are instances of a function. */
const LANES = 25;
const SEED = 1;
const USERS = ['alice', 'bob', 'carol', 'dave', 'erin'];

const started = new Started();
let chat: LocalChat;
let alice: ChatUser;
let vocabulary: Vocabulary;
const tally: Tally = new Map();

beforeAll(async () => {
  chat = await started.add(LocalChat.start({ limits: 'messagesPerMinute=10000' }));
  alice = await chat.connect('alice');
  const direct = await alice.direct('bob');
  const group = await alice.group('Lunch', USERS.slice(0, 3));
  const { serverId } = await alice.send(group.conversationId, 'Who comes?');
  vocabulary = {
    conversationIds: [direct.conversationId, group.conversationId, 'd_nothing'],
    userIds: [...USERS, '__proto__'],
    epochs: [group.epoch, 'nothing.1'],
    serverIds: [serverId, 'nothing.1.1'],
    emojis: ['👍', '❤️'],
    attachmentIds: ['a_nothing'],
    tokens: [],
    // Fit for a group as well as for a message.
    localIds: Array.from({ length: 100 }, (_, index) => `${index}`.padStart(22, 'l')),
  };
});

afterAll(() => started.stop());

describe('ten thousand malformed frames over many connections', () => {
  it(`are each answered with an error of the closed list, or close the connection with the right code (seed ${SEED})`, async () => {
    await Promise.all(
      Array.from({ length: LANES }, (_, lane) =>
        sendMalformed(
          () => chat.connect(USERS[lane % USERS.length] ?? 'alice'),
          { seed: SEED + lane, frames: FRAMES / LANES, vocabulary },
          tally,
        ),
      ),
    );
    expect(tally.get('mutated')).toBeGreaterThanOrEqual(FRAMES / 2);
    // They reached every way to refuse a frame as such, and both ways to be closed.
    for (const how of ['unreadable', 'unknown_type', 'bad_request', 'closed 1003', 'closed 1009']) {
      expect([how, tally.get(how)]).toEqual([how, expect.any(Number)]);
    }
  });

  it('leave nothing behind in any instance of the functions', async () => {
    const devices = await Promise.all(USERS.map((userId) => chat.connect(userId)));
    const requests = [
      { type: 'ping' },
      { type: 'list_conversations' },
      { type: 'create_conversation', kind: 'direct', userId: 'frank' },
      // Refused, and with no more than its own marks.
      { type: 'nothing' },
    ];
    // More at once than there are instances, so that each serves some; a mark of a prototype would be echoed.
    for (const request of requests) {
      await Promise.all(
        devices.map(async ({ client }) => {
          for (let times = 1; times <= 10; times += 1) client.send(request);
          for (let times = 1; times <= 10; times += 1) {
            const got = await client.next((frame) => !isUnasked(frame));
            expect([got['requestId'], got['localId']]).toEqual([undefined, undefined]);
          }
        }),
      );
    }
  });

  it('crash nothing, and the chat goes on', async () => {
    const bob = await chat.connect('bob');
    const { conversationId } = await alice.direct('bob');
    const { seq } = await alice.send(conversationId, 'Still there?');
    const next = await bob.client.next(
      (frame) => frame['seq'] === seq && frame['conversationId'] === conversationId,
    );
    expect(next).toMatchObject({ type: 'message', content: 'Still there?' });
    await chat.delivered();
    expect(chat.errors()).toEqual([]);
  });
});
