import { PROFILES, type ProfileName } from './profiles.ts';
import { describeFailures, runMany } from './run-many.ts';

jest.setTimeout(20 * 60_000);

const SCHEDULES = 500;
const ALONE = (Object.keys(PROFILES) as ProfileName[]).filter((name) => name !== 'all');

it.each(ALONE)(`holds in ${SCHEDULES} schedules of the profile %s`, async (profile) => {
  const { schedules, failures } = await runMany({ profile, schedules: SCHEDULES });
  expect(describeFailures(failures)).toBe('');
  expect(schedules).toBe(SCHEDULES);
});
