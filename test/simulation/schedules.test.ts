import { PROFILES, type ProfileName } from './profiles.ts';
import { runSchedule } from './run-schedule.ts';

const SEEDS = 10;

/** A first look; the many schedules are in the full set. */
it.each(Object.keys(PROFILES) as ProfileName[])(
  `holds in ${SEEDS} schedules of the profile %s`,
  async (profile) => {
    for (let seed = 1; seed <= SEEDS; seed += 1) {
      const { violations, sends } = await runSchedule({ profile, seed });
      expect({ seed, violations }).toEqual({ seed, violations: [] });
      expect(sends).toBeGreaterThanOrEqual(20);
    }
  },
);
