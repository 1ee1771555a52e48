/**
 * `npm run simulate`: the schedules and profiles of the CI run, or of the long run, or one seed again.
 */
import { parseArgs } from 'node:util';
import { sendRepeatedly } from './idempotent-sends.ts';
import { PROFILES, type Profile, type ProfileName } from './profiles.ts';
import { describeFailures, runMany } from './run-many.ts';
import { runSchedule } from './run-schedule.ts';

const HELP = `Runs the chat against every fault, in virtual time.

  npm run simulate                              as CI does
  npm run simulate -- --long                    forty times as much (hours)
  npm run simulate -- --profile P --schedules N one profile
  npm run simulate -- --profile P --seed N      one seed again, every step printed

Profiles:
${profileLines()}
`;

const CI = { random: 5_000, alone: 500, messages: 2_000 };
const LONG = { random: 200_000, alone: 5_000, messages: 10_000 };

/** A person's mistake: told in one sentence. */
class UsageError extends Error {}

async function main(): Promise<void> {
  const { profile, seed, schedules, long = false, help = false } = read();
  if (help) return console.log(HELP);
  const name = profile === undefined ? undefined : profileOf(profile);
  if (seed !== undefined) return replay(name ?? 'all', numberOf('--seed', seed));
  const counts = long ? LONG : CI;
  const asked = schedules === undefined ? undefined : numberOf('--schedules', schedules);
  const names = name === undefined ? (Object.keys(PROFILES) as ProfileName[]) : [name];
  let failed = 0;
  for (const one of names)
    failed += await runProfile(one, asked ?? (one === 'all' ? counts.random : counts.alone));
  if (name === undefined) failed += await sendMessages(counts.messages);
  if (failed > 0) process.exitCode = 1;
}

async function runProfile(profile: ProfileName, schedules: number): Promise<number> {
  const started = Date.now();
  const result = await runMany({ profile, schedules, onProgress: progress(profile, schedules) });
  const seconds = Math.round((Date.now() - started) / 1_000);
  const { failures, sends, fired } = result;
  console.log(
    `${profile}: ${result.schedules} schedules, ${sends} messages, ${failures.length} failed, ${seconds} s`,
  );
  const counts = Object.entries(fired).toSorted(([, one], [, other]) => other - one);
  if (counts.length > 0)
    console.log(`  ${counts.map(([fault, times]) => `${fault} ${times}`).join(', ')}`);
  if (failures.length > 0) console.log(describeFailures(failures));
  return failures.length;
}

async function sendMessages(messages: number): Promise<number> {
  let failed = 0;
  for (let seed = 1; seed <= messages; seed += 1) {
    const wrong = await sendRepeatedly(seed);
    if (wrong.length === 0) continue;
    failed += 1;
    console.log(`message ${seed}: ${wrong.join('; ')}`);
  }
  console.log(`repeated sends: ${messages} messages, ${failed} failed`);
  return failed;
}

async function replay(profile: ProfileName, seed: number): Promise<void> {
  const { trace, violations } = await runSchedule({ profile, seed, trace: true });
  for (const line of trace) console.log(line);
  if (violations.length === 0) return console.log('Every check holds.');
  for (const violation of violations) console.log(`VIOLATION ${violation}`);
  process.exitCode = 1;
}

/** A line that is overwritten, for a person who watches. */
function progress(profile: string, schedules: number): (done: number) => void {
  if (!process.stderr.isTTY) return () => {};
  return (done) => process.stderr.write(`\r${profile}: ${done} of ${schedules}\r`);
}

function read() {
  try {
    const { values } = parseArgs({
      options: {
        profile: { type: 'string' },
        seed: { type: 'string' },
        schedules: { type: 'string' },
        long: { type: 'boolean' },
        help: { type: 'boolean' },
      },
    });
    return values;
  } catch (error) {
    throw new UsageError(`${(error as Error).message}; --help lists the options`);
  }
}

function profileOf(name: string): ProfileName {
  if (Object.hasOwn(PROFILES, name)) return name as ProfileName;
  throw new UsageError(`there is no profile ${name}; --help lists them`);
}

function numberOf(option: string, text: string): number {
  const value = Number(text);
  if (Number.isSafeInteger(value) && value > 0) return value;
  throw new UsageError(`${option} takes a whole number of at least 1, not ${text}`);
}

function profileLines(): string {
  const profiles: [string, Profile][] = Object.entries(PROFILES);
  return profiles.map(([name, { about }]) => `  ${name.padEnd(18)}${about}`).join('\n');
}

main().catch((error: unknown) => {
  console.error(error instanceof UsageError ? error.message : error);
  process.exitCode = 1;
});
