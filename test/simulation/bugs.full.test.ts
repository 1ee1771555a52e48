import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { BUGS, PENDING_BUGS } from './bugs.ts';
import type { Bug } from './bugs/bug.ts';
import { PROFILES, type ProfileName } from './profiles.ts';
import { runMany } from './run-many.ts';

jest.setTimeout(20 * 60_000);

const SCHEDULES = 200;
const LEAST_BUGS = 25;
/** Which schedule caught each bug when it was last looked for. That one is tried first: it saves the search. */
const CAUGHT_BY = join(__dirname, 'bugs-caught-by.json');

interface Place {
  readonly profile: ProfileName;
  readonly seed: number;
}

const before = JSON.parse(readFileSync(CAUGHT_BY, 'utf8')) as Readonly<Record<string, Place>>;
const places = new Map<string, Place>();

afterAll(() => {
  const pending = Object.entries(PENDING_BUGS).map(([bug, when]) => `${bug} (${when})`);
  console.log(`Bugs that wait for what they are about: ${pending.join(', ')}`);
  // Only what was run: `--testNamePattern` leaves the others as they are.
  const known = BUGS.flatMap(({ name }) => {
    const place = places.get(name) ?? before[name];
    return place === undefined ? [] : [[name, place] as const];
  });
  const text = `${JSON.stringify(Object.fromEntries(known), undefined, 2)}\n`;
  if (text !== readFileSync(CAUGHT_BY, 'utf8')) writeFileSync(CAUGHT_BY, text);
});

it(`knows at least ${LEAST_BUGS} bugs`, () => {
  const names = new Set(BUGS.map(({ name }) => name));
  expect(names.size).toBe(BUGS.length);
  expect(names.size).toBeGreaterThanOrEqual(LEAST_BUGS);
});

it.each(BUGS)(`catches within ${SCHEDULES} schedules: $name`, async (bug) => {
  const place = (await again(bug)) ?? (await search(bug));
  expect(place).toBeDefined();
  if (place !== undefined) places.set(bug.name, place);
});

/** The schedule that caught it last time, if it still does. */
async function again({ name, patches }: Bug): Promise<Place | undefined> {
  const place = before[name];
  if (place === undefined || place.seed > SCHEDULES) return undefined;
  const { profile, seed } = place;
  const { failures } = await runMany({ profile, patches, from: seed, schedules: 1, threads: 1 });
  return failures.length > 0 ? place : undefined;
}

/** Its own profile first; where it has no luck there, any that catches it will do. */
async function search({ profile: own, patches }: Bug): Promise<Place | undefined> {
  for (const profile of new Set([own, ...(Object.keys(PROFILES) as ProfileName[])])) {
    const { failures } = await runMany({
      profile,
      patches,
      schedules: SCHEDULES,
      untilFailure: true,
    });
    const [first] = failures;
    if (first !== undefined) return { profile, seed: first.seed };
  }
  return undefined;
}
