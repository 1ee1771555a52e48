import { randomUUID } from 'node:crypto';
import type { Answer } from '../../protocol/server-message.ts';
import { Started } from '../support/started.ts';
import type { ChatUser } from './chat-user.ts';
import { LocalChat } from './local-chat.ts';

// Minutes on a small machine. It only ends what hangs.
jest.setTimeout(5 * 60_000);

const LIMIT = 100;
const AT_ONCE = 50;
const FRAMES = 400;
const DEVICES = 5;

const started = new Started();
let chat: LocalChat;
let answers: readonly Answer[];

/** Sends messages over all the devices, so many at once, and takes what each is answered. */
async function sendAll(devices: readonly ChatUser[], conversationId: string): Promise<Answer[]> {
  const got: Answer[] = [];
  const numbers = Array.from({ length: FRAMES }, (_, number) => number).values();
  const lanes = Array.from({ length: AT_ONCE }, async (_lane, index) => {
    for (const number of numbers) {
      const content = `number ${number}`;
      const frame = { type: 'send_message', conversationId, localId: randomUUID(), content };
      for (;;) {
        const answer = await devices[index % DEVICES]?.ask(frame);
        // A machine under load: nothing is known of this one.
        if (answer?.type === 'error' && answer.code === 'busy') continue;
        if (answer !== undefined) got.push(answer);
        break;
      }
    }
  });
  await Promise.all(lanes);
  return got;
}

beforeAll(async () => {
  chat = await started.add(LocalChat.start());
  const devices = await Promise.all(
    Array.from({ length: DEVICES }, () => chat.connect('alice', '?batch=1')),
  );
  const bob = await chat.connect('bob');
  // Counted as bob's.
  const { conversationId } = await bob.direct('alice');
  chat.cloud.endpoint.meter.reset();
  answers = await sendAll(devices, conversationId);
});

afterAll(() => started.stop());

describe('a user who sends fifty frames at once, and again and again', () => {
  it('gets through as many a minute as the limit says, within 5 %', () => {
    const acked = answers.filter(({ type }) => type === 'ack').length;
    expect(acked).toBeGreaterThanOrEqual(0.95 * LIMIT);
    expect(acked).toBeLessThanOrEqual(1.05 * LIMIT);
  });

  it('is told of all others that they may be sent again, and when', () => {
    const refused = answers.filter(({ type }) => type !== 'ack');
    for (const answer of refused) {
      expect(answer).toMatchObject({ type: 'error', code: 'rate_limited', retryable: true });
      expect((answer as { retryAfterMs?: number }).retryAfterMs).toBeGreaterThan(0);
    }
    expect(refused.length).toBeGreaterThan(0);
  });

  it('costs one write unit for each frame that is refused', () => {
    const acked = answers.filter(({ type }) => type === 'ack').length;
    const { sending } = chat.unitsPer(1);
    const expected = 4 * acked + (FRAMES - acked);
    // A call that the SDK repeats, on a busy machine, costs twice.
    expect(sending.writeUnits).toBeGreaterThanOrEqual(expected);
    expect(sending.writeUnits).toBeLessThanOrEqual(1.05 * expected);
  });

  it('makes nothing fail', () => {
    expect(chat.errors()).toEqual([]);
  });
});
