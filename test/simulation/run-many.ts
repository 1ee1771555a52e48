import { once } from 'node:events';
import { availableParallelism } from 'node:os';
import { Worker } from 'node:worker_threads';
import { bundleSimulation, type Patch } from './bundle.ts';
import type { ProfileName } from './profiles.ts';
import type { Failure, Job, Outcome } from './worker.ts';

const SEEDS_PER_JOB = 20;

export interface ManyOptions {
  readonly profile: ProfileName;
  /** How many. */
  readonly schedules: number;
  /** The first seed. Default: 1. */
  readonly from?: number;
  /** Changes of the code that runs. Default: none. */
  readonly patches?: readonly Patch[];
  /** Stops at the first seed that fails. Default: runs all. */
  readonly untilFailure?: boolean;
  /** Default: one a core. */
  readonly threads?: number;
  /** Told after each job how many schedules are done. */
  readonly onProgress?: (done: number) => void;
}

/** Runs many schedules of a profile, on every core. */
export async function runMany(options: ManyOptions): Promise<Outcome> {
  const { profile, schedules, from = 1, patches, threads = availableParallelism() } = options;
  const text = await bundleSimulation(patches);
  const jobs = jobsOf(profile, from, from + schedules - 1).values();
  const total = { schedules: 0, sends: 0, fired: {} as Record<string, number> };
  const failures: Failure[] = [];
  await Promise.all(
    Array.from({ length: threads }, async () => {
      const worker = new Worker(text, { eval: true });
      for (const job of jobs) {
        if (options.untilFailure === true && failures.length > 0) break;
        const outcome = await ask(worker, job);
        total.schedules += outcome.schedules;
        total.sends += outcome.sends;
        for (const [fault, times] of Object.entries(outcome.fired))
          total.fired[fault] = (total.fired[fault] ?? 0) + times;
        failures.push(...outcome.failures);
        options.onProgress?.(total.schedules);
      }
      await worker.terminate();
    }),
  );
  return { ...total, failures: failures.toSorted((one, other) => one.seed - other.seed) };
}

/** What failed, each with the one command that runs it again. */
export function describeFailures(failures: readonly Failure[]): string {
  return failures
    .map(
      ({ profile, seed, violations }) =>
        `npm run simulate -- --profile ${profile} --seed ${seed}\n  ${violations.join('\n  ')}`,
    )
    .join('\n');
}

function jobsOf(profile: ProfileName, first: number, last: number): Job[] {
  return Array.from({ length: Math.ceil((last - first + 1) / SEEDS_PER_JOB) }, (_, place) => {
    const from = first + place * SEEDS_PER_JOB;
    return { profile, from, to: Math.min(last, from + SEEDS_PER_JOB - 1) };
  });
}

async function ask(worker: Worker, job: Job): Promise<Outcome> {
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  worker.postMessage(job);
  const [outcome] = (await once(worker, 'message')) as [Outcome];
  return outcome;
}
