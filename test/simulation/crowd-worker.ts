import { parentPort } from 'node:worker_threads';
import { runCrowd, type CrowdResult } from './crowd.ts';

export interface CrowdJob {
  readonly seed: number;
  readonly operations: number;
}

/** A run that throws has found something, too. */
async function answer({ seed, operations }: CrowdJob): Promise<void> {
  const result: CrowdResult = await runCrowd(seed, operations).catch((error: unknown) => {
    return { violations: [String(error)], operations: 0, leastInFlight: 0 };
  });
  // oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread has no origin
  parentPort?.postMessage(result);
}

parentPort?.on('message', (job: CrowdJob) => {
  void answer(job);
});
