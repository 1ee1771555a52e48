import { startAwsStores } from '../contract/aws-worlds.ts';
import type { Stores } from '../contract/conversation-store.ts';
import { startEmbeddedAws } from '../support/embedded-aws.ts';
import { Started } from '../support/started.ts';
import { Chance } from './chance.ts';
import { frameOf } from './frames.ts';
import { createFuzzWorld } from './fuzz-world.ts';

const FRAMES = 300;
const SEED = 1;

const started = new Started();
let stores: Stores;

beforeAll(async () => {
  await started.add(startEmbeddedAws());
  stores = await started.add(startAwsStores());
});

afterAll(() => started.stop());

describe('a chat on DynamoDB', () => {
  it(`answers ${FRAMES} frames, byte for byte, as one in memory does`, async () => {
    const memory = await createFuzzWorld(SEED);
    const { conversations, users } = stores;
    const dynamo = await createFuzzWorld(SEED, undefined, ({ ports }) => {
      Object.assign(ports, { conversations, users });
    });
    const chance = new Chance(SEED);
    for (let number = 1; number <= FRAMES; number += 1) {
      const elapsed = chance.odds(0.02) ? 2_500 : chance.below(50);
      for (const { chat } of [memory, dynamo]) chat.ports.clock.advance(elapsed);
      const who = chance.below(memory.callers.length);
      const frame = frameOf(chance, memory.vocabulary, chance.pick(['made', 'made', 'mutated']));
      const [expected, answer] = await Promise.all(
        [memory, dynamo].map(async ({ chat, callers: { [who]: caller } }) => {
          if (caller === undefined) throw new RangeError('there is no such caller');
          return JSON.stringify(await chat.ask(caller, frame));
        }),
      );
      expect({ number, frame, answer }).toEqual({ number, frame, answer: expected });
    }
    expect(dynamo.chat.ports.log.lines).toEqual([]);
    expect(dynamo.chat.ports.queue.waiting).toEqual(memory.chat.ports.queue.waiting);
  });
});
