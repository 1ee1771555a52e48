import type { Rates } from './faults.ts';
import { PROFILES, type ProfileName } from './profiles.ts';
import { runSchedule } from './run-schedule.ts';
import { Stage } from './stage.ts';

const SEEDS = 5;

/** What went wrong in schedules in which nothing but these faults strikes, and whether each did. */
async function runUnder(rates: Rates, profile: ProfileName) {
  const violations: string[] = [];
  const fired = new Set<string>();
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const result = await runSchedule({ profile, seed, rates });
    violations.push(...result.violations.map((violation) => `seed ${seed}: ${violation}`));
    for (const fault of result.fired.keys()) fired.add(fault);
  }
  return { violations, fired: [...fired] };
}

it('F-12 keeps the order of the log though frames of a connection overtake each other', async () => {
  expect(await runUnder({ reorder: 0.5 }, 'all')).toEqual({ violations: [], fired: ['reorder'] });
});

it.each(['gap_alone', 'heads_alone', 'sync_alone'] as const)(
  'F-13 makes good what was posted to nobody, in the profile %s',
  async (profile) => {
    expect(await runUnder({ post_lost: 0.5 }, profile)).toEqual({
      violations: [],
      fired: ['post_lost'],
    });
  },
);

it('F-30 delivers each event once to each view though nudges come twice and at once', async () => {
  expect(await runUnder({ nudge_twice: 0.7 }, 'fan_out_alone')).toEqual({
    violations: [],
    fired: ['nudge_twice'],
  });
});

it('F-31 acks once, and delivers, though nobody knows whether a nudge was enqueued', async () => {
  expect(await runUnder({ fail_after: 0.5 }, 'fan_out_alone')).toEqual({
    violations: [],
    fired: ['fail_after'],
  });
});

it('F-52 resets every client to the history that a restore has left', async () => {
  expect(await runUnder({ restore: 0.3 }, 'all')).toEqual({ violations: [], fired: ['restore'] });
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
