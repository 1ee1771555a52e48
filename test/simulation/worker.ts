import { parentPort } from 'node:worker_threads';
import type { ProfileName } from './profiles.ts';
import { runSchedule } from './run-schedule.ts';

/** Seeds of one profile, `from` to `to`, both included. */
export interface Job {
  readonly profile: ProfileName;
  readonly from: number;
  readonly to: number;
}

export interface Failure {
  readonly profile: ProfileName;
  readonly seed: number;
  readonly violations: readonly string[];
}

/** What came of a job. */
export interface Outcome {
  readonly schedules: number;
  readonly sends: number;
  readonly fired: Readonly<Record<string, number>>;
  readonly failures: readonly Failure[];
}

async function run({ profile, from, to }: Job): Promise<Outcome> {
  const fired: Record<string, number> = {};
  const failures: Failure[] = [];
  let sends = 0;
  for (let seed = from; seed <= to; seed += 1) {
    const result = await runOne(profile, seed);
    sends += result.sends;
    for (const [fault, times] of result.fired) fired[fault] = (fired[fault] ?? 0) + times;
    if (result.violations.length > 0)
      failures.push({ profile, seed, violations: result.violations });
  }
  return { schedules: to - from + 1, sends, fired, failures };
}

/** A run that throws has found something, too. */
async function runOne(profile: ProfileName, seed: number): ReturnType<typeof runSchedule> {
  try {
    return await runSchedule({ profile, seed });
  } catch (error) {
    return { violations: [String(error)], fired: new Map(), trace: [], sends: 0 };
  }
}

async function answer(job: Job): Promise<void> {
  const outcome = await run(job);
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(outcome);
}

parentPort?.on('message', (job: Job) => {
  void answer(job);
});
