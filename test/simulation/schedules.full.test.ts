import { ALL_FAULTS } from './faults.ts';
import { describeFailures, runMany } from './run-many.ts';

jest.setTimeout(20 * 60_000);

const SCHEDULES = 5_000;
const LEAST_FIRED = 1_000;

it(`loses, doubles, reorders, invents, leaks and holds up nothing in ${SCHEDULES} schedules`, async () => {
  const { schedules, sends, fired, failures } = await runMany({
    profile: 'all',
    schedules: SCHEDULES,
  });
  console.log(`${schedules} schedules, ${sends} messages; faults fired: ${JSON.stringify(fired)}`);
  expect(describeFailures(failures)).toBe('');
  expect(schedules).toBe(SCHEDULES);
  const rare = ALL_FAULTS.filter((fault) => (fired[fault] ?? 0) < LEAST_FIRED);
  expect(rare).toEqual([]);
});
