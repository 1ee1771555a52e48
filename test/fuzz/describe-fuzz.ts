import { fuzz } from './fuzz.ts';

/** Frames get all of these: those who make them reach every action, and every way to refuse that there is by now. */
const EVERY_ANSWER = [
  'ack',
  'conversation',
  'conversations',
  'messages',
  'synced',
  'pong',
  'unreadable',
  'unknown_type',
  'bad_request',
  'too_large',
  'unauthorized',
  'not_found',
  'message_not_found',
  'local_id_reused',
  'busy',
  'internal',
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
