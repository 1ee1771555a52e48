import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { BUGS } from './bugs.ts';
import { bundleSimulation, type Patch } from './bundle.ts';
import type { CrowdJob } from './crowd-worker.ts';
import { LEAST_IN_FLIGHT, type CrowdResult } from './crowd.ts';

jest.setTimeout(20 * 60_000);

const RUNS = 100;
const OPERATIONS_PER_RUN = 1_000;
/** Of these the crowd alone must see one within a few runs: two meet at one place. */
const RACES = [
  'the idempotency row is only looked at before',
  'a removal without its mark on the head',
];
const RUNS_PER_BUG = 10;

it(`comes to what a plain model says after ${RUNS * OPERATIONS_PER_RUN} raced operations`, async () => {
  const results = await runAll(RUNS, OPERATIONS_PER_RUN);
  const operations = results.reduce((sum, result) => sum + result.operations, 0);
  const least = Math.min(...results.map(({ leastInFlight }) => leastInFlight));
  console.log(`${operations} operations, never fewer than ${least} in flight`);
  const wrong = results.flatMap(({ violations }, place) =>
    violations.map((violation) => `seed ${place + 1}: ${violation}`),
  );
  expect(wrong.slice(0, 20)).toEqual([]);
  expect(operations).toBeGreaterThanOrEqual(RUNS * OPERATIONS_PER_RUN);
  expect(least).toBeGreaterThanOrEqual(LEAST_IN_FLIGHT);
});

it('knows the bugs by their names', () => {
  expect(BUGS.filter(({ name }) => RACES.includes(name))).toHaveLength(RACES.length);
});

it.each(BUGS.filter(({ name }) => RACES.includes(name)))('sees that $name', async ({ patches }) => {
  const results = await runAll(RUNS_PER_BUG, OPERATIONS_PER_RUN, patches);
  expect(results.flatMap(({ violations }) => violations)).not.toEqual([]);
});

async function runAll(
  runs: number,
  operations: number,
  patches: readonly Patch[] = [],
): Promise<readonly CrowdResult[]> {
  const text = await bundleSimulation(patches, 'test/simulation/crowd-worker.ts');
  const results: CrowdResult[] = [];
  const seeds = Array.from({ length: runs }, (_, place) => place + 1).values();
  await Promise.all(
    Array.from({ length: availableParallelism() }, async () => {
      const worker = new Worker(text, { eval: true });
      for (const seed of seeds) results[seed - 1] = await ask(worker, { seed, operations });
      await worker.terminate();
    }),
  );
  return results;
}

async function ask(worker: Worker, job: CrowdJob): Promise<CrowdResult> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  worker.postMessage(job);
  const [result] = (await once(worker, 'message')) as [CrowdResult];
  return result;
}
