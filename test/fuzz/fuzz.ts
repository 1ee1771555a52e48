import type { Answer } from '../../protocol/server-message.ts';
import { FRAMES_PER_ROUND, fuzzRound, type FuzzOptions } from './fuzz-round.ts';

/** How many frames got which answer: by its type, or by the code of its error. */
export type Answers = Readonly<Record<string, number>>;

/**
 * Sends so many frames in rounds, whose seeds follow each other.
 *
 * @throws FuzzFailure for the first frame that is not answered as it must be
 */
export async function fuzz(
  firstSeed: number,
  frames: number,
  { onFrame, ...options }: FuzzOptions = {},
): Promise<Answers> {
  const answers: Record<string, number> = {};
  for (let sent = 0, seed = firstSeed; sent < frames; sent += FRAMES_PER_ROUND, seed += 1) {
    await fuzzRound(seed, Math.min(FRAMES_PER_ROUND, frames - sent), {
      ...options,
      onFrame: () => {
        const done = onFrame?.();
        return (one) => {
          done?.(one);
          const name = nameOf(one.answer);
          answers[name] = (answers[name] ?? 0) + 1;
        };
      },
    });
  }
  return answers;
}

function nameOf(answer: Answer): string {
  return answer.type === 'error' ? answer.code : answer.type;
}
