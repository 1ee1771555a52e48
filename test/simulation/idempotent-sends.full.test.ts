import { sendRepeatedly } from './idempotent-sends.ts';

jest.setTimeout(20 * 60_000);

const MESSAGES = 2_000;

it(`F-40 gives ${MESSAGES} messages one row and one place each, however often, late and uncertainly they are sent`, async () => {
  const broken: unknown[] = [];
  for (let seed = 1; seed <= MESSAGES; seed += 1) {
    const wrong = await sendRepeatedly(seed);
    if (wrong.length > 0) broken.push({ seed, wrong });
  }
  expect(broken).toEqual([]);
});
