import { PROFILES, type ProfileName } from './profiles.ts';
import { runSchedule } from './run-schedule.ts';

jest.setTimeout(20 * 60_000);

const SEEDS = 200;
const NAMES = Object.keys(PROFILES) as ProfileName[];

it(`replays ${SEEDS} seeds, each to the same history, byte for byte`, async () => {
  for (let seed = 1; seed <= SEEDS; seed += 1) {
    const profile = NAMES[seed % NAMES.length] ?? 'all';
    const [first, second] = [
      await runSchedule({ profile, seed, trace: true }),
      await runSchedule({ profile, seed, trace: true }),
    ];
    expect(first.trace.length).toBeGreaterThan(100);
    expect(second.trace.join('\n')).toBe(first.trace.join('\n'));
  }
});
