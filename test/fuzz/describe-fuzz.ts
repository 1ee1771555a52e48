import { ERROR_CODES } from '../../protocol/errors.ts';
import { answer } from '../../protocol/server-message.ts';
import { fuzz } from './fuzz.ts';

/** Nothing is refused with these yet. */
const UNUSED_CODES: ReadonlySet<string> = new Set(['forbidden', 'rate_limited']);

/** Frames get all of these: whoever makes them reaches every action, and every way to refuse that there is. */
const EVERY_ANSWER = [
  ...answer.options.map(({ shape }) => shape.type.value).filter((type) => type !== 'error'),
  ...ERROR_CODES.filter((code) => !UNUSED_CODES.has(code)),
];

/** Frames of any kind, each answered as the protocol has it; the seed is fixed, so it is the same ones each time. */
export function describeFuzz(frames: number): void {
  describe(`${frames} frames`, () => {
    it('are each answered with one frame of the closed union, and nothing of them is logged', async () => {
      const answers = await fuzz(1, frames);
      expect(Object.values(answers).reduce((sum, count) => sum + count)).toBe(frames);
      expect(Object.keys(answers).toSorted()).toEqual(EVERY_ANSWER.toSorted());
    });
  });
}
