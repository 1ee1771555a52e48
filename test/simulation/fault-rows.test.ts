import type { Rates } from './faults.ts';
import { PROFILES, type ProfileName } from './profiles.ts';
import { runSchedule } from './run-schedule.ts';
import { Stage } from './stage.ts';

const SEEDS = 5;

/** Schedules in which nothing but these faults strikes. */
async function holdsUnder(rates: Rates, profile: ProfileName): Promise<void> {
  const fired = new Map<string, number>();
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const result = await runSchedule({ profile, seed, rates });
    expect({ seed, violations: result.violations }).toEqual({ seed, violations: [] });
    for (const [fault, times] of result.fired) fired.set(fault, (fired.get(fault) ?? 0) + times);
  }
  expect([...fired.keys()].toSorted()).toEqual(Object.keys(rates).toSorted());
}

it('F-12 keeps the order of the log though frames of a connection overtake each other', async () => {
  await holdsUnder({ reorder: 0.5 }, 'all');
});

it.each(['gap_alone', 'heads_alone', 'sync_alone'] as const)(
  'F-13 makes good what was posted to nobody, in the profile %s',
  async (profile) => {
    await holdsUnder({ post_lost: 0.5 }, profile);
  },
);

it('F-30 delivers each event once to each view though nudges come twice and at once', async () => {
  await holdsUnder({ nudge_twice: 0.7 }, 'fan_out_alone');
});

it('F-31 acks once, and delivers, though nobody knows whether a nudge was enqueued', async () => {
  await holdsUnder({ fail_after: 0.5 }, 'fan_out_alone');
});

it('F-52 resets every client to the history that a restore has left', async () => {
  await holdsUnder({ restore: 0.3 }, 'all');
});

it('F-34 delivers in order what a dead-letter queue held, after what came later', async () => {
  const stage = await Stage.set(1, PROFILES.fan_out_alone.layers);
  const { world, ann, cleo } = stage;
  const { queue } = world.backend;
  world.send(ann, stage.draft());
  // Every worker dies, until the queue gives the nudge up.
  for (let deaths = 0; queue.deadLetters.length === 0; deaths += 1) {
    expect(deaths).toBeLessThan(20);
    world.killNext('fan-out', { call: 1, moment: 'before' });
    await world.scheduler.run(60_000);
  }
  world.killNext('fan-out', { call: Infinity, moment: 'before' });
  await stage.write(cleo);
  queue.redrive();
  world.backend.poll();
  await stage.rest();
  expect(queue.deadLetters).toEqual([]);
  expect(await stage.violations()).toEqual([]);
});
