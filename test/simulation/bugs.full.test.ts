import { BUGS, PENDING_BUGS } from './bugs.ts';
import { runMany } from './run-many.ts';

jest.setTimeout(20 * 60_000);

const SCHEDULES = 200;
const LEAST_BUGS = 25;

afterAll(() => {
  const pending = Object.entries(PENDING_BUGS).map(([bug, when]) => `${bug} (${when})`);
  console.log(`Bugs that wait for what they are about: ${pending.join(', ')}`);
});

it(`knows at least ${LEAST_BUGS} bugs`, () => {
  expect(new Set(BUGS.map(({ name }) => name)).size).toBeGreaterThanOrEqual(LEAST_BUGS);
});

it.each(BUGS)(`catches within ${SCHEDULES} schedules: $name`, async ({ profile, patches }) => {
  const { failures } = await runMany({
    profile,
    patches,
    schedules: SCHEDULES,
    untilFailure: true,
  });
  expect(failures).not.toEqual([]);
});
