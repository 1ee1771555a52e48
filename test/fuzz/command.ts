/**
 * `npm run fuzz -- [--frames 2000000] [--seed 1]`: sends frames until all are sent or one is not answered as it
 * must be, and reports how they were answered and which took longest.
 */
import { parseArgs } from 'node:util';
import { fuzz } from './fuzz.ts';
import { FRAMES_PER_ROUND, fuzzRound, FuzzFailure, type Sent } from './fuzz-round.ts';

/** So many of the slowest are sent again: the first time, collecting others' garbage may have held them up. */
const SLOWEST = 5;
const REPETITIONS = 3;
const SHOWN_LENGTH = 400;
const FRAMES_PER_LINE = 100_000;

/** With the time that the processor worked on it: waiting for a busy machine is not the frame's. */
type Timed = Omit<Sent, 'answer'> & { readonly milliseconds: number };

async function run(frames: number, firstSeed: number): Promise<void> {
  const started = performance.now();
  let slowest: Timed[] = [];
  let count = 0;
  const answers = await fuzz(firstSeed, frames, {
    onFrame: timed((sent) => {
      count += 1;
      if (count % FRAMES_PER_LINE === 0) console.log(`${count} frames sent`);
      if (sent.milliseconds <= (slowest[SLOWEST - 1]?.milliseconds ?? 0)) return;
      slowest = [...slowest, sent]
        .toSorted((one, other) => other.milliseconds - one.milliseconds)
        .slice(0, SLOWEST);
    }),
  });
  const seconds = (performance.now() - started) / 1_000;
  console.log(`${frames} frames in ${seconds.toFixed(1)} s, each answered:`);
  for (const [name, answered] of Object.entries(answers).toSorted(([, a], [, b]) => b - a)) {
    console.log(`${String(answered).padStart(9)} ${name}`);
  }
  for (const one of slowest) {
    const again = await least(one);
    const shown = JSON.stringify(one.frame).slice(0, SHOWN_LENGTH);
    console.log(
      `slow: ${one.milliseconds.toFixed(1)} ms of the processor, ${again.toFixed(1)} ms when sent again ` +
        `(frame ${one.number} of seed ${one.seed}, ${Buffer.byteLength(one.frame)} bytes): ${shown}`,
    );
  }
}

/** The shortest that a frame took when its round was run again up to it. */
async function least({ seed, number }: Timed): Promise<number> {
  let shortest = Infinity;
  for (let repetition = 1; repetition <= REPETITIONS; repetition += 1) {
    const onFrame = timed((sent) => {
      if (sent.number === number) shortest = Math.min(shortest, sent.milliseconds);
    });
    await fuzzRound(seed, number, { onFrame });
  }
  return shortest;
}

function timed(onSent: (sent: Timed) => void): () => (sent: Sent) => void {
  return () => {
    const started = process.cpuUsage();
    return ({ seed, number, frame }) => {
      const { user, system } = process.cpuUsage(started);
      onSent({ seed, number, frame, milliseconds: (user + system) / 1_000 });
    };
  };
}

function positive(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new RangeError(`unable to fuzz; --${option} must be a whole number from 1, not ${text}`);
}

try {
  const { values } = parseArgs({
    options: {
      frames: { type: 'string', default: String(FRAMES_PER_ROUND) },
      seed: { type: 'string', default: '1' },
    },
  });
  await run(positive('frames', values.frames), positive('seed', values.seed));
} catch (error) {
  const isExpected =
    error instanceof FuzzFailure || error instanceof RangeError || error instanceof TypeError;
  console.error(isExpected && error instanceof Error ? error.message : error);
  process.exitCode = 1;
}
