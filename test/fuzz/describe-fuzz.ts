import { ERROR_CODES } from '../../protocol/errors.ts';
import { answer } from '../../protocol/server-message.ts';
import { FRAMES_PER_ROUND } from './fuzz-round.ts';
import { fuzz } from './fuzz.ts';

/** Frames get all of these: whoever makes them reaches every action, and every way to refuse that there is. */
const EVERY_ANSWER = [
  ...answer.options.map(({ shape }) => shape.type.value).filter((type) => type !== 'error'),
  ...ERROR_CODES,
];

/** So many in one test: jest ends a test that takes minutes, on a busy machine too. */
const FRAMES_PER_TEST = 20_000;

/** Frames of any kind, each answered as the protocol has it; the seeds are fixed, so it is the same ones each time. */
export function describeFuzz(frames: number): void {
  const tests = Array.from({ length: Math.ceil(frames / FRAMES_PER_TEST) }, (_, index) => ({
    firstSeed: 1 + index * Math.ceil(FRAMES_PER_TEST / FRAMES_PER_ROUND),
    count: Math.min(FRAMES_PER_TEST, frames - index * FRAMES_PER_TEST),
  }));
  describe(`${frames} frames`, () => {
    it.each(tests)(
      'are each answered with one frame of the closed union, and nothing of them is logged ($count from seed $firstSeed)',
      async ({ firstSeed, count }) => {
        const answers = await fuzz(firstSeed, count);
        expect(Object.values(answers).reduce((sum, some) => sum + some)).toBe(count);
        expect(Object.keys(answers).toSorted()).toEqual(EVERY_ANSWER.toSorted());
      },
    );
  });
}
