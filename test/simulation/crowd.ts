import { MemoryRandom } from '../memory/random.ts';
import { check } from './check.ts';
import { pick } from './pastimes/pastime.ts';
import { heal, recover } from './run-schedule.ts';
import { begin, PASTIMES, write } from './script.ts';
import { World } from './world.ts';

/** At least so many requests are under way at any time. */
export const LEAST_IN_FLIGHT = 20;
const MOST_IN_FLIGHT = 60;
/** Twice ann, as everywhere, and a dozen others. */
const MEMBERS = 'ann ben cleo dan eve finn gwen hal ida jon kim leo mia'.split(' ');

export interface CrowdResult {
  readonly violations: readonly string[];
  /** Requests that were answered. */
  readonly operations: number;
  readonly leastInFlight: number;
}

/**
 * Many members do everything at once, and nothing fails: what the calls of so many requests do to each other is all
 * that can go wrong. How they interleave follows from the seed.
 */
export async function runCrowd(seed: number, operations: number): Promise<CrowdResult> {
  const layers = { gaps: true, heads: true, sync: true };
  const world = new World({ seed, rates: {}, layers });
  const random = new MemoryRandom(seed * 4);
  const { clients, history, scheduler } = world;
  const cast = await begin(world, random, MEMBERS);
  const inFlight = (): number => clients.reduce((sum, client) => sum + client.inFlight, 0);
  const before = history.answers.length;
  let leastInFlight = Infinity;
  for (let sends = 1; history.answers.length - before < operations;) {
    while (inFlight() < MOST_IN_FLIGHT) {
      if (random.fraction() < 0.5) pick(random, PASTIMES).act(world, cast, random);
      else write(world, cast, sends++, random);
    }
    await scheduler.run(1);
    leastInFlight = Math.min(leastInFlight, inFlight());
  }
  const answered = history.answers.length - before;
  await heal(world);
  await recover(world, cast, 'everything');
  await check(world, cast, 'all');
  return { violations: history.violations, operations: answered, leastInFlight };
}
